import type { UserIdentity } from "convex/server";
import { ConvexError } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import type { QueryCtx } from "./_generated/server";

/**
 * The row of the signed-in user. Call it first in every public query and mutation; an action reaches it
 * through an internal query.
 *
 * @throws {ConvexError} "Not authenticated" without a valid token; "User not found" when the token is
 * valid but no webhook has brought the user yet
 */
export async function requireUser(ctx: QueryCtx): Promise<Doc<"users">> {
  const identity: UserIdentity | null = await ctx.auth.getUserIdentity();
  if (identity === null) throw new ConvexError("Not authenticated");
  const user = await userByClerkId(ctx, identity.subject);
  if (user === null) throw new ConvexError("User not found");
  return user;
}

export async function userByClerkId(ctx: QueryCtx, clerkId: string): Promise<Doc<"users"> | null> {
  return ctx.db
    .query("users")
    .withIndex("by_clerk_id", (q) => q.eq("clerkId", clerkId))
    .unique();
}
