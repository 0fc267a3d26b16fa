import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Issuer,
  JwtTemplate,
  WebhookEndpoint,
  WebhookSecret,
} from "../../infra/resources/clerk.ts";
import { Deployment, EnvironmentVariables } from "../../infra/resources/convex.ts";
import { type LocalVendors, startLocalVendors } from "../../scripts/local/vendors.ts";
import type { StateBackend } from "./backends/backend.ts";
import { startFileBackend } from "./backends/file.ts";
import { startObjectStore } from "./backends/object-store.ts";
import { findPostgres, startPostgres } from "./backends/postgres.ts";
import { createWriter, type Writer } from "./backends/writer.ts";
import { holdsAny } from "./observe.ts";

const ownVariable = "canary-of-a-variable";
const made = 7;
/** Template, variables, endpoint. */
const writesOfOne = 3;

/** An environment less its code, whose push takes longer than all the rest. */
function declare() {
  const issuer = new Issuer("issuer");
  const deployment = new Deployment("deployment");
  const template = new JwtTemplate("template", { name: "convex", claims: { aud: "convex" } });
  const { accepted, secret } = new WebhookSecret("secret");
  new EnvironmentVariables("variables", {
    deployment: deployment.name,
    variables: { CLERK_WEBHOOK_SECRET: accepted, OWN: ownVariable },
  });
  const url = "https://example.com/hook";
  new WebhookEndpoint("endpoint", { uid: "one", url, eventTypes: ["user.created"], secret });
  return { issuer: issuer.issuer, template: template.templateId };
}

const programs = findPostgres();
const stores = [
  { store: "a file", start: startFileBackend },
  { store: "an S3-compatible object store", start: startObjectStore },
  { store: "PostgreSQL", start: () => startPostgres(programs) },
].filter(({ store }) => store !== "PostgreSQL" || programs || process.env.CI);

if (stores.length < 3) {
  test("state in PostgreSQL", ({ skip }) => skip("there is no PostgreSQL on this machine"));
}

describe.each(stores)("state in $store", ({ start }) => {
  let backend: StateBackend;
  let vendors: LocalVendors;
  let first: Writer;
  let second: Writer;
  let shown = "";

  const show = (text: string) => {
    shown += text;
  };
  const watch = { onOutput: show, onError: show };
  const writes = () =>
    Object.values(vendors.requests()).reduce((sum, { writes: each }) => sum + each, 0);

  beforeAll(async () => {
    backend = await start();
    vendors = await startLocalVendors();
    const environment = { ...vendors.environment, ...backend.environment };
    first = await createWriter("shared", environment, declare);
    second = await createWriter("shared", environment, declare);
  });

  afterAll(async () => {
    await first?.[Symbol.asyncDispose]();
    await second?.[Symbol.asyncDispose]();
    await vendors?.close();
    await backend?.[Symbol.asyncDispose]();
  });

  test("while one writes, the other may look, and is told so when it would write", async () => {
    using held = first.hold();
    const update = first.stack.up(watch);
    await held.reached(update);
    const refused = await second.stack.up(watch).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConcurrentUpdateError);
    expect(String(refused)).toContain("the stack is currently locked by 1 lock(s)");
    expect((await second.stack.preview(watch)).changeSummary).toHaveProperty("create");
    expect(writes()).toBe(0);
    held.release();
    expect((await update).summary.resourceChanges).toEqual({ create: made });
    // The first endpoint of an instance makes the instance's app at Svix, which stays.
    expect(writes()).toBe(writesOfOne + 1);
  });

  test("the other, run again, reads what the one wrote and has nothing to do", async () => {
    vendors.forgetRequests();
    const { outputs, summary } = await second.stack.up(watch);
    expect(summary.resourceChanges).toEqual({ same: made });
    expect(writes()).toBe(0);
    expect(outputs).toEqual(await first.stack.outputs());
    expect(outputs.issuer?.value).toBe(vendors.clerk.instance.issuer);
  });

  test("started in the same moment, nothing is made twice or lost", async () => {
    await first.stack.destroy(watch);
    expect(vendors.leftovers()).toEqual([]);
    vendors.forgetRequests();
    const both = await Promise.allSettled([first.stack.up(watch), second.stack.up(watch)]);
    for (const each of both) {
      if (each.status === "rejected") expect(each.reason).toBeInstanceOf(ConcurrentUpdateError);
    }
    await first.stack.up(watch);
    expect((await second.stack.up(watch)).summary.resourceChanges).toEqual({ same: made });
    expect(writes()).toBe(writesOfOne);
    expect(vendors.svix.inventory().endpoints).toHaveLength(1);
    expect(vendors.clerk.inventory().templates).toHaveLength(1);
  });

  test("a killed writer's lock stays until it is cancelled", async () => {
    using held = first.hold();
    const update = first.stack.up(watch);
    await held.reached(update);
    const [, pid] = /"pid":(\d+)/.exec(await backend.contents()) ?? [];
    process.kill(Number(pid), "SIGKILL");
    await expect(update).rejects.toThrow();
    held.release();
    await expect(second.stack.up(watch)).rejects.toBeInstanceOf(ConcurrentUpdateError);
    await second.stack.cancel();
    expect((await second.stack.up(watch)).summary.resourceChanges).toEqual({ same: made });
  });

  test("another stack is written at the same time", async () => {
    const others = await startLocalVendors();
    const environment = { ...others.environment, ...backend.environment };
    await using other = await createWriter("other", environment, declare);
    try {
      using held = first.hold();
      const update = first.stack.up(watch);
      await held.reached(update);
      expect((await other.stack.up(watch)).summary.resourceChanges).toEqual({ create: made });
      held.release();
      await update;
    } finally {
      await others.close();
    }
  });

  test("what is stored is sealed, and its own credentials are not shown", async () => {
    const stored = await backend.contents();
    const webhookSecret = vendors.deployment.environmentVariables.get("CLERK_WEBHOOK_SECRET");
    const sealed = [...vendors.secrets, ...backend.secrets, ownVariable, webhookSecret ?? ""];
    expect(holdsAny(stored, sealed)).toBe(false);
    expect(holdsAny(shown, backend.secrets)).toBe(false);
    expect(stored).toContain(vendors.clerk.instance.issuer);
    expect(shown).toContain("locked by");
  });
});
