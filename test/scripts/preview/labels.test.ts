import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../../infra/clients/svix.ts";
import { endpointDescription, endpointUid } from "../../../infra/labels.ts";
import {
  isEndpointOf,
  previewOfEndpoint,
  previewOfReference,
  referenceOf,
  requirePreviewName,
} from "../../../scripts/preview/labels.ts";

const slug = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}$/);

function endpoint(uid: string, description: string): Endpoint {
  const rest = { url: "https://a.example/", eventTypes: [], disabled: false };
  return { id: "ep_1", uid, description, updatedAt: new Date(0), ...rest };
}

const syncOf = (project: string, stack: string, preview = true) =>
  endpoint(endpointUid(project, stack), endpointDescription(project, stack, preview));

test("every mark of a preview leads back to it, and to no other", () => {
  fc.assert(
    fc.property(slug, slug, slug, slug, (project, name, otherProject, otherName) => {
      expect(previewOfReference(project, referenceOf(project, name))).toBe(name);
      expect(previewOfEndpoint(project, syncOf(project, name))).toBe(name);
      expect(isEndpointOf(project, name, syncOf(project, name))).toBe(true);
      if (project === otherProject && name === otherName) return;
      const foreign = syncOf(otherProject, otherName);
      expect(isEndpointOf(project, name, foreign)).toBe(false);
      if (project !== otherProject) {
        expect(previewOfEndpoint(project, foreign)).toBeUndefined();
        expect(previewOfReference(project, referenceOf(otherProject, otherName))).toBeUndefined();
      }
    }),
  );
});

describe("an endpoint", () => {
  const project = "shop";

  test("of a stack that is no preview is nobody's preview", () => {
    expect(previewOfEndpoint(project, syncOf(project, "dev", false))).toBeUndefined();
  });

  test("whose uid says something else is nobody's preview", () => {
    const copied = endpoint("mine", endpointDescription(project, "pr-1", true));
    expect(previewOfEndpoint(project, copied)).toBeUndefined();
    expect(isEndpointOf(project, "pr-1", copied)).toBe(false);
  });

  test("with a name behind the mark is the preview's, whatever it is described as", () => {
    const audit = endpoint(endpointUid(project, "pr-1", "audit"), "Our audit log");
    expect(isEndpointOf(project, "pr-1", audit)).toBe(true);
    expect(isEndpointOf(project, "pr-1-audit", audit)).toBe(false);
    expect(isEndpointOf(project, "pr", audit)).toBe(false);
  });
});

test.each([undefined, "", "Pr-1", "pr_1", "-pr", "pr-", "pr/1", "a".repeat(100)])(
  "%j is refused as a name",
  (name) => {
    expect(() => requirePreviewName(name, "shop")).toThrow("[USAGE]");
  },
);

test("a name that Convex could not tell back is refused with its project", () => {
  expect(requirePreviewName("pr-1", "shop")).toBe("pr-1");
  expect(() => requirePreviewName("pr-1", "My_Shop")).toThrow("[USAGE]");
});
