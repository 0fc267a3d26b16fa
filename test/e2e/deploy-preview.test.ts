import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployProject } from "../../infra/clients/convex-cli.ts";
import { readConfig } from "../../infra/config/index.ts";
import { ClerkConvexEnvironment } from "../../infra/environment.ts";
import { projectRoot } from "../../infra/project.ts";
import { createLocalStack, type LocalStack } from "../../scripts/local/stack.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import { copyProject, type ProjectCopy } from "./project-copy.ts";

let vendors: LocalVendors;
let copy: ProjectCopy;
let local: LocalStack;

beforeAll(async () => {
  vendors = await startLocalVendors();
  copy = await copyProject();
  local = await createLocalStack({
    environment: vendors.environment,
    program: async () => {
      const { directory } = copy;
      const programFolder = path.join(projectRoot, "infra");
      const settings = { ...(await readConfig()), directory, programFolder };
      new ClerkConvexEnvironment("environment", settings);
    },
  });
});

afterAll(async () => {
  await vendors?.close();
  await local?.remove();
  await copy?.[Symbol.asyncDispose]();
});

/** What is left in the output beside the code's resource, as `severity: text`, while a command runs. */
async function saidDuring(
  command: (watch: { onEvent: (event: EngineEvent) => void }) => Promise<unknown>,
): Promise<string[]> {
  const said: string[] = [];
  await command({
    onEvent({ diagnosticEvent: event }) {
      if (!event?.urn?.endsWith("::environment-deploy") || event.ephemeral) return;
      said.push(`${event.severity}: ${event.message.replace(/<\{%.*?%\}>/g, "").trim()}`);
    },
  });
  return said;
}

const preview = () => saidDuring((watch) => local.stack.preview(watch));

const untouched = {
  clerk: { total: 0, writes: 0 },
  svix: { total: 0, writes: 0 },
  convex: { total: 0, writes: 0 },
};

test("the first preview tells what the folder holds, and asks nobody", async () => {
  vendors.forgetRequests();
  expect(await preview()).toEqual([
    `info: The first push would deploy:
+ users:current (query)
+ users:deleteUser (internal mutation)
+ users:seen (mutation)
+ users:upsertUser (internal mutation)
+ http POST /clerk-webhook
+ table deletedUsers
+ table users
+ index deletedUsers.by_clerk_id
+ index users.by_clerk_id
+ auth $CLERK_JWT_ISSUER_DOMAIN (convex)
+ module auth.js
+ module clerkEvents.js`,
  ]);
  expect(vendors.requests()).toEqual(untouched);
});

test("once all is in place, nothing is told and nobody is asked", async () => {
  await local.stack.up();
  vendors.forgetRequests();
  expect(await preview()).toEqual([]);
  expect(vendors.requests()).toEqual(untouched);
});

test("what another hand pushed is named by a refresh, once", async () => {
  await using theirs = await copyProject();
  await theirs.edit("convex/users.ts", (source) => source.replace("Date.now()", "1"));
  const { deployKey } = vendors.deployment;
  const credentials = { kind: "deployKey", deployKey, provisionHost: vendors.convex.url } as const;
  const { signal } = new AbortController();
  await deployProject({ directory: theirs.directory, signal }, credentials);

  const name = vendors.deployment.name;
  const drift = `warning: The code on ${name} is not what this stack pushed. By another hand: changed users.js`;
  const [seen, ...mending] = await saidDuring((watch) =>
    local.stack.preview({ refresh: true, ...watch }),
  );
  expect(seen).toBe(drift);
  expect(mending).toEqual([
    `info: The push to ${name} would change:
~ users:current (query): code
~ users:deleteUser (internal mutation): code
~ users:seen (mutation): code
~ users:upsertUser (internal mutation): code`,
  ]);
  expect(await saidDuring((watch) => local.stack.refresh(watch))).toEqual([drift]);
  expect(await saidDuring((watch) => local.stack.refresh(watch))).toEqual([]);
  await local.stack.up();
});

test("a change is told as the deployment finds it, a lost index is warned of, nothing is written", async () => {
  await copy.edit("convex/users.ts", (source) =>
    source.replace(
      "/** The signed-in user's own row. */",
      "export const count = query({ args: {}, handler: async () => 0 });\n\n$&",
    ),
  );
  await copy.edit("convex/schema.ts", (source) =>
    source.replace(/(deletedUsers: .*?)\.index\([^)]*\)/s, "$1"),
  );
  await copy.edit("convex/auth.config.ts", (source) => source.replace('"convex"', '"another"'));
  vendors.forgetRequests();
  const said = await preview();
  const { name } = vendors.deployment;
  expect(said).toEqual([
    `info: The push to ${name} would change:
- index deletedUsers.by_clerk_id
- auth $CLERK_JWT_ISSUER_DOMAIN (convex)
~ users:current (query): code
~ users:deleteUser (internal mutation): code
~ users:seen (mutation): code
~ users:upsertUser (internal mutation): code
+ users:count (query)
+ auth $CLERK_JWT_ISSUER_DOMAIN (another)`,
    `warning: The push to ${name} would remove index by_clerk_id of table deletedUsers: queries that use it fail, and to have it back it must be built anew`,
  ]);
  const { clerk, svix, convex } = vendors.requests();
  expect([clerk.total, svix.total, convex.writes]).toEqual([0, 0, 0]);
  expect(convex.total).toBeGreaterThan(0);
});
