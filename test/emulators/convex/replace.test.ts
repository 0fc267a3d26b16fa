import { Webhook } from "svix";
import { expect, test } from "vitest";
import { cliTimeout, someIssuer, start } from "./setup.ts";

const secret = `whsec_${Buffer.alloc(24, 3).toString("base64")}`;

test("a row written while a push is under way is not lost", { timeout: cliTimeout }, async () => {
  const { convex, deployment, deploy } = await start({ type: "dev" });
  await deployment.setVariable("CLERK_JWT_ISSUER_DOMAIN", someIssuer);
  await deployment.setVariable("CLERK_WEBHOOK_SECRET", secret);
  await deploy();
  await signUp("user_before");

  const during: Promise<Response>[] = [];
  const cloud = convex.servers.find(({ url }) => url === deployment.url);
  if (!cloud) throw new Error("the deployment has no server");
  cloud.fault = ({ path }) => {
    if (path.startsWith("/api/deploy2/")) during.push(signUp(`user_${during.length}`));
    return undefined;
  };
  await deploy();
  cloud.fault = undefined;

  const answers = await Promise.all(during);
  expect(answers.map(({ status }) => status)).toEqual(during.map(() => 200));
  expect(during.length).toBeGreaterThan(2);
  const rows = (await deployment.rows("users")) as { clerkId: string }[];
  const expected = ["user_before", ...during.map((_, index) => `user_${index}`)];
  expect(rows.map(({ clerkId }) => clerkId).sort()).toEqual(expected.sort());
  await convex.close();

  function signUp(id: string): Promise<Response> {
    const data = { id, email_addresses: [], updated_at: 1 };
    const body = JSON.stringify({ type: "user.created", object: "event", timestamp: 1, data });
    const sentAt = new Date();
    return fetch(`${deployment.siteUrl}/clerk-webhook`, {
      method: "POST",
      body,
      headers: {
        "svix-id": `msg_${id}`,
        "svix-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
        "svix-signature": new Webhook(secret).sign(`msg_${id}`, sentAt, body),
      },
    });
  }
});
