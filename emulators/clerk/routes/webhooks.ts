import { Hono } from "hono";
import { markRead } from "../../server.ts";
import type { InstanceContext } from "../context.ts";
import { ClerkError } from "../errors.ts";
import { type ClerkEnv, instanceOf } from "./env.ts";

export function webhookRoutes(): Hono<ClerkEnv> {
  return new Hono<ClerkEnv>()
    .post("/webhooks/svix", (c) => {
      const context = instanceOf(c);
      if (context.instance.svixAppId !== undefined) {
        throw new ClerkError(400, "svix_app_exists", "Only one Svix app is allowed per instance.");
      }
      const { id } = context.svix.createApp(context.instance.id, context.instance.id);
      context.instance.svixAppId = id;
      return c.json({ svix_url: dashboardUrl(context, id) });
    })
    .post("/webhooks/svix_url", (c) => {
      markRead(c);
      return c.json({ svix_url: dashboardUrl(instanceOf(c), requireApp(instanceOf(c))) });
    })
    .delete("/webhooks/svix", (c) => {
      const context = instanceOf(c);
      context.svix.deleteApp(requireApp(context));
      context.instance.svixAppId = undefined;
      return c.body(null, 204);
    });
}

function requireApp({ instance }: InstanceContext): string {
  if (instance.svixAppId !== undefined) return instance.svixAppId;
  throw new ClerkError(
    400,
    "svix_app_missing",
    "No Svix apps are associated with the current instance.",
  );
}

/** A link into the Svix dashboard; what opens it, once, is in its fragment. */
function dashboardUrl({ svix }: InstanceContext, appId: string): string {
  const oneTimeToken = svix.oneTimeToken(appId);
  const key = JSON.stringify({ appId, oneTimeToken, region: "eu", serverUrl: svix.url });
  return `https://app.svix.com/login#key=${Buffer.from(key).toString("base64")}`;
}
