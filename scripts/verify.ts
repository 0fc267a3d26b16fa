import { setTimeout as delay } from "node:timers/promises";
import { Webhook } from "svix";
import { ProblemError } from "../infra/errors.ts";

/*
 * Asks a deployed environment whether it works. Run by the stack after each deploy; reads ISSUER,
 * SITE_URL and WEBHOOK_SECRET from the environment, so that no secret is in a command line.
 */

const attempts = 5;

await check("the issuer's discovery document answers", async () => {
  const issuer = setting("ISSUER");
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const found = response.ok ? ((await response.json()) as { issuer?: unknown }).issuer : undefined;
  if (found !== issuer) throw new Error(`status ${response.status}, not the issuer ${issuer}`);
});

await check("an unsigned webhook is refused", async () => {
  await expectStatus(400, await post({}, "{}"));
});

await check("a signed webhook is accepted", async () => {
  const id = `msg_verify_${Date.now()}`;
  const sentAt = new Date();
  const body = JSON.stringify({ type: "environment.verified", object: "event", data: {} });
  const headers = {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "svix-signature": new Webhook(setting("WEBHOOK_SECRET")).sign(id, sentAt, body),
  };
  await expectStatus(200, await post(headers, body));
});

async function check(what: string, probe: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await probe();
      console.log(`ok: ${what}`);
      return;
    } catch (error) {
      if (attempt === attempts) {
        const reason = error instanceof Error ? error.message : String(error);
        const problem = new ProblemError(
          `The environment does not work: expected that ${what}, but ${reason}`,
          "Look at the deployment's logs in the Convex dashboard, then run pulumi up again",
          "VERIFY_FAILED",
        );
        console.error(problem.message);
        process.exit(1);
      }
      await delay(Math.random() * 500 * 2 ** attempt);
    }
  }
}

function post(headers: Record<string, string>, body: string): Promise<Response> {
  return fetch(`${setting("SITE_URL")}/clerk-webhook`, { method: "POST", headers, body });
}

async function expectStatus(expected: number, { status }: Response): Promise<void> {
  if (status !== expected) throw new Error(`the status is ${status}, not ${expected}`);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}
