import { expect, test } from "vitest";
import { readConfig } from "../../../infra/config/index.ts";
import { isSettingPath, stackSettings } from "../../../infra/config/settings.ts";
import { targetFields } from "../../../infra/config/target.ts";
import { settings } from "./settings.ts";

const target = { kind: "development" };

test("a setting that there is none of is refused by name", async () => {
  settings({ target, adpot: true });
  await expect(readConfig()).rejects.toThrow(/clerk-convex:adpot is no setting.*SETTING_UNKNOWN/);
  settings({ target, adopt: true });
  expect(await readConfig()).toMatchObject({ adopt: true });
});

test("the settings of the target are those that its kinds have", () => {
  const fields = Object.keys(stackSettings).filter((path) => path.startsWith("target."));
  const wanted = new Set(["kind", ...Object.values(targetFields).flat()]);
  expect(fields.sort()).toEqual([...wanted].map((field) => `target.${field}`).sort());
});

test.each([
  ...["target", "target.kind", "variables.API_KEY", "variableFiles[3]", "eventTypes"],
  ...["jwtTemplates.api.claims.aud", "webhookEndpoints.a.eventTypes[0]", "claims.org.role"],
])("%s is a path of a setting", (path) => expect(isSettingPath(path)).toBe(true));

test.each(["adpot", "target.kinds", "variables.A.B", "variableFiles.x", "jwtTemplates.api.claim"])(
  "%s is none",
  (path) => expect(isSettingPath(path)).toBe(false),
);
