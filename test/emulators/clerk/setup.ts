import { createClerkClient } from "@clerk/backend";
import { isClerkAPIResponseError } from "@clerk/backend/errors";
import { onTestFinished } from "vitest";
import { type ClerkOptions, startClerkEmulator } from "../../../emulators/clerk/index.ts";
import { startSvixEmulator } from "../../../emulators/svix/index.ts";

/** Both emulators, and a client for the first instance. */
export async function setUp(options: Omit<ClerkOptions, "svix"> = {}) {
  const svix = await startSvixEmulator();
  onTestFinished(() => svix.close());
  const clerk = await startClerkEmulator({ svix, ...options });
  onTestFinished(() => clerk.close());
  const { instance } = clerk;
  const client = clientFor(clerk.url, instance.secretKey);
  return { svix, clerk, instance, client };
}

export const clientFor = (apiUrl: string, secretKey: string) =>
  createClerkClient({ apiUrl, secretKey });

/** The status, first error and trace of the refusal a client call ends in. */
export async function refusal(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!isClerkAPIResponseError(error)) throw error;
    const { status, retryAfter, clerkTraceId } = error;
    const [first] = error.errors;
    return { status, retryAfter, clerkTraceId, ...first };
  }
  throw new Error("The call was not refused.");
}
