import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import { internalMutation, mutation, type QueryCtx, query } from "./_generated/server";
import { requireUser, userByClerkId } from "./auth";

/** What Clerk's webhook tells of a user. Optional fields are absent when the user has none. */
const profile = {
  clerkId: v.string(),
  email: v.optional(v.string()),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  imageUrl: v.optional(v.string()),
  updatedAt: v.number(),
  eventTimestamp: v.number(),
};

const profileFields = ["email", "firstName", "lastName", "imageUrl"] as const;
type Profile = Pick<Doc<"users">, keyof typeof profile>;

/** The signed-in user's own row. */
export const current = query({
  args: {},
  handler: async (ctx) => {
    const { _id, clerkId, email, firstName, lastName, imageUrl, lastSeenAt } =
      await requireUser(ctx);
    return { _id, clerkId, email, firstName, lastName, imageUrl, lastSeenAt };
  },
});

/** Notes that the signed-in user is here now. */
export const seen = mutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const user = await requireUser(ctx);
    await ctx.db.patch(user._id, { lastSeenAt: Date.now() });
    return null;
  },
});

/**
 * Creates or updates the user of a Clerk event. Deliveries come late, twice and out of order, so the
 * newest event wins whatever the order of arrival, one that is already in changes nothing, and a
 * deleted user stays deleted.
 */
export const upsertUser = internalMutation({
  args: profile,
  returns: v.null(),
  handler: async (ctx, event) => {
    if ((await tombstone(ctx, event.clerkId)) !== null) return null;
    const user = await userByClerkId(ctx, event.clerkId);
    if (user === null) await ctx.db.insert("users", event);
    else if (isNewer(event, user)) {
      const cleared = Object.fromEntries(profileFields.map((field) => [field, undefined]));
      await ctx.db.patch(user._id, { ...cleared, ...event });
    }
    return null;
  },
});

/** Deletes the user, and remembers the id so that a late update cannot bring the user back. */
export const deleteUser = internalMutation({
  args: { clerkId: v.string() },
  returns: v.null(),
  handler: async (ctx, { clerkId }) => {
    if ((await tombstone(ctx, clerkId)) === null) await ctx.db.insert("deletedUsers", { clerkId });
    const user = await userByClerkId(ctx, clerkId);
    if (user !== null) await ctx.db.delete(user._id);
    return null;
  },
});

function tombstone(ctx: QueryCtx, clerkId: string) {
  return ctx.db
    .query("deletedUsers")
    .withIndex("by_clerk_id", (q) => q.eq("clerkId", clerkId))
    .unique();
}

/**
 * A total order over events: Clerk's clock, then the event's, then the content itself, so that two
 * different events of the same millisecond end the same way on every deployment.
 */
function isNewer(event: Profile, stored: Profile): boolean {
  if (event.updatedAt !== stored.updatedAt) return event.updatedAt > stored.updatedAt;
  if (event.eventTimestamp !== stored.eventTimestamp) {
    return event.eventTimestamp > stored.eventTimestamp;
  }
  return contentOf(event) > contentOf(stored);
}

function contentOf(of: Profile): string {
  return JSON.stringify(profileFields.map((field) => of[field] ?? null));
}
