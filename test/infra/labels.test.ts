import fc from "fast-check";
import { expect, test } from "vitest";
import { describedStack, endpointDescription, endpointUid } from "../../infra/labels.ts";

test("the uids of any two endpoints differ, whatever dots and dashes their names have", () => {
  const name = fc.stringMatching(/^[ab_.-]{1,4}$/);
  const names = fc.tuple(name, name, fc.option(name, { nil: undefined }));
  fc.assert(
    fc.property(names, names, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(endpointUid(...one)).not.toBe(endpointUid(...other));
    }),
    { numRuns: 10_000 },
  );
  expect(endpointUid("shop", "pr-7")).toBe("clerkconvex.shop.pr-7");
  expect(endpointUid("shop", "pr-7", "audit.log")).toBe("clerkconvex.shop.pr-7.audit_.log");
});

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
