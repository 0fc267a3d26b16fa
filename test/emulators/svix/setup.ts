import { ApiException, Svix } from "svix";
import { onTestFinished } from "vitest";
import { type SvixOptions, startSvixEmulator } from "../../../emulators/svix/index.ts";
import { startReceiver } from "./receiver.ts";

/** An emulator with one app, a client for that app and one for the whole environment. */
export async function setUp(options: SvixOptions = {}) {
  const svix = await startSvixEmulator(options);
  onTestFinished(() => svix.close());
  const app = svix.createApp("Instance");
  const { token } = await exchange(svix.url, svix.oneTimeToken(app.id));
  return {
    svix,
    appId: app.id,
    client: new Svix(token, { serverUrl: svix.url }),
    environment: new Svix(svix.token, { serverUrl: svix.url }),
  };
}

/** {@link setUp} with an endpoint that delivers to a receiver. */
export async function setUpReceiver(options: SvixOptions = {}) {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const parts = await setUp(options);
  const endpoint = await parts.client.endpoint.create(parts.appId, { url: receiver.url });
  const secret = (await parts.client.endpoint.getSecret(parts.appId, endpoint.id)).key;
  const send = (eventType = "user.created", payload: object = { type: eventType }) =>
    parts.svix.send(parts.appId, { eventType, payload });
  return { ...parts, receiver, endpoint, secret, send };
}

export async function exchange(
  url: string,
  oneTimeToken: string,
): Promise<{ status: number; token: string; capabilities: string[]; code?: string }> {
  const response = await fetch(`${url}/api/v1/auth/one-time-token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ oneTimeToken }),
  });
  return { status: response.status, ...((await response.json()) as { token: string }) } as never;
}

/** The status and body of the refusal a client call ends in. */
export async function refusal(call: Promise<unknown>): Promise<{
  status: number;
  body: unknown;
  headers: Record<string, string>;
}> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return { status: error.code, body: error.body, headers: error.headers };
  }
  throw new Error("The call was not refused.");
}
