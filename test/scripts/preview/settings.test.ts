import { describe, expect, test } from "vitest";
import { settingsOf } from "../../../scripts/preview/settings.ts";

const created = { kind: "created", project: "shop" } as const;
const chosen = { name: "pr-1", means: created, expiresAt: undefined, ownTemplates: false };

describe("a preview's settings", () => {
  test("make it a preview, whatever the template says", () => {
    const template = {
      config: {
        "clerk-convex:target": { kind: "production", reference: "x", class: "s256", name: "y" },
        "clerk-convex:environmentType": "production",
        "clerk-convex:jwtTemplate": "manage",
      },
    };
    expect(settingsOf(template, chosen).config).toEqual({
      "clerk-convex:target": { kind: "created", type: "preview", project: "shop", class: "s256" },
      "clerk-convex:environmentType": "development",
      "clerk-convex:jwtTemplate": "share",
    });
  });

  test("take the rest from the template, what encrypts it too", () => {
    const template = {
      encryptionSalt: "v1:abc",
      config: { "clerk-convex:variables": { TOKEN: { secure: "v1:xyz" } } },
    };
    const settings = settingsOf(template, chosen);
    expect(settings.encryptionSalt).toBe("v1:abc");
    expect(settings.config).toMatchObject(template.config);
  });

  test("say when it expires, and whose the JWT templates are", () => {
    const expiresAt = "2030-01-31T00:00:00.000Z";
    expect(settingsOf({}, { ...chosen, expiresAt, ownTemplates: true }).config).toMatchObject({
      "clerk-convex:target": { expiresAt },
      "clerk-convex:jwtTemplate": "manage",
    });
  });

  test("name a preview that is claimed", () => {
    const { config } = settingsOf({}, { ...chosen, means: { kind: "claimed" } });
    expect(config?.["clerk-convex:target"]).toEqual({ kind: "preview", name: "pr-1" });
  });
});
