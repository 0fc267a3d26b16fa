import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProject, undeployProject } from "../../../infra/clients/convex-cli.ts";
import { callPublic } from "./calls.ts";
import {
  cliTimeout,
  type Parts,
  post,
  root,
  someIssuer,
  start,
  startWithApp,
  unending,
} from "./setup.ts";

const kinds = ["prod", "dev", "selfHosted"] as const;

describe.each(kinds)("a %s deployment", { timeout: cliTimeout }, (type) => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await start({ type, name: "calm-otter-7" });
    await parts.deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
    await parts.deploy();
  }, cliTimeout);
  afterAll(() => parts.convex.close());

  test("takes what the CLI pushes, with the CLI's hashes, and runs it", async () => {
    const { deployment } = parts;
    expect(deployment.pushes).toBe(1);
    const { modules } = await bundleProject({ directory: root, signal: unending() });
    const { body } = await post(`${deployment.url}/api/get_config_hashes`, {
      adminKey: deployment.deployKey,
    });
    const { moduleHashes } = body as {
      moduleHashes: { path: string; hash: string; environment: string }[];
    };
    const remote = moduleHashes.map(({ path, hash, environment }) => [
      path,
      `${environment}:${hash}`,
    ]);
    expect(Object.fromEntries(remote)).toEqual(modules);
    expect(Object.keys(modules)).toEqual(expect.arrayContaining(["users.js", "auth.config.js"]));
    const withoutEnvironment = Object.entries(modules).map(([path, hash]) => [
      path,
      hash.replace(/^[^:]*:/, ""),
    ]);
    expect(deployment.modules()).toEqual(Object.fromEntries(withoutEnvironment));
    expect(await callPublic(deployment, "users:current")).toMatchObject({
      error: { data: "Not authenticated" },
    });
  });
});

describe("taking down", () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await startWithApp();
  }, cliTimeout);
  afterAll(() => parts.convex.close());

  test("leaves no module behind, and nothing that answers", { timeout: cliTimeout }, async () => {
    const { convex, credentials, deployment } = parts;
    const modules = () => convex.inventory().filter((line) => line.includes(": module "));
    expect(modules()).toContain(`${deployment.name}: module users.js`);

    await undeployProject({ signal: unending() }, credentials);

    expect(modules()).toEqual([]);
    expect(convex.inventory()).toEqual([`${deployment.name}: variable CLERK_JWT_ISSUER_DOMAIN`]);
    expect(await callPublic(deployment, "users:current")).toMatchObject({
      error: {
        message: expect.stringContaining("Could not find public function for 'users:current'"),
      },
    });
    const webhook = await fetch(`${deployment.siteUrl}/clerk-webhook`, { method: "POST" });
    expect([webhook.status, await webhook.text()]).toEqual([
      404,
      "This Convex deployment does not have HTTP actions enabled.",
    ]);
  });
});
