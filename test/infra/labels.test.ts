import fc from "fast-check";
import { expect, test } from "vitest";
import { describedStack, endpointDescription } from "../../infra/labels.ts";

test("a description tells project, stack and whether it is a preview", () => {
  const name = fc.stringMatching(/^[\w.-]+$/);
  fc.assert(
    fc.property(name, name, fc.boolean(), (project, stack, preview) => {
      expect(describedStack(endpointDescription(project, stack, preview))).toEqual({
        project,
        stack,
        preview,
      });
    }),
  );
});

test.each(["", "User sync", "User sync of shop, managed by Pulumi", "User sync of a/b, by hand"])(
  "%j is nobody's",
  (description) => {
    expect(describedStack(description)).toBeUndefined();
  },
);
