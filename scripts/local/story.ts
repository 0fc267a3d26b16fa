import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import type { LocalVendors } from "./vendors.ts";

const current = makeFunctionReference<"query">("users:current");

/** One step of the story: what happens, and what the app answered. */
export interface Step {
  what: string;
  /** The app's answer: the user's row, or the text of its refusal. */
  answer: unknown;
}

/**
 * A user's life, told through the vendors: signs up, is let in, is changed, is deleted. Deliveries are
 * real, and each step waits for them to be through.
 */
export async function* userStory({ clerk, svix, deployment }: LocalVendors): AsyncGenerator<Step> {
  const { instance } = clerk;
  const ask = (token?: string) => askCurrent(deployment.url, token);

  yield { what: "a stranger calls the app", answer: await ask() };

  const ada = await instance.signUp({
    email: "ada@example.com",
    firstName: "Ada",
    lastName: "Lovelace",
  });
  const token = await instance.mintToken(ada.id, "convex");
  await svix.settled();
  yield { what: "Ada signs up at Clerk and calls the app", answer: await ask(token) };

  await instance.updateUser(ada.id, { firstName: "Augusta Ada" });
  await svix.settled();
  yield { what: "Ada changes her first name", answer: await ask(token) };

  await instance.deleteUser(ada.id);
  await svix.settled();
  yield { what: "Ada's account is deleted; her token is still valid", answer: await ask(token) };
}

/** Calls the app's guarded query as the bearer of a token. */
export async function askCurrent(url: string, token?: string): Promise<unknown> {
  const client = new ConvexHttpClient(url, { skipConvexDeploymentUrlCheck: true, logger: false });
  if (token) client.setAuth(token);
  try {
    return await client.query(current, {});
  } catch (error) {
    if (error instanceof ConvexError) return error.data;
    throw error;
  }
}
