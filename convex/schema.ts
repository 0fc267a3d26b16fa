import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  /**
   * One row per Clerk user. `clerkId` and `email` identify; the rest is profile. The two clocks order
   * the events that wrote the row, in milliseconds since 1970: `updatedAt` is Clerk's own
   * `data.updated_at`, `eventTimestamp` the event's `timestamp`.
   */
  users: defineTable({
    clerkId: v.string(),
    /** Absent when Clerk knows no usable address of the user (phone or wallet sign-up). */
    email: v.optional(v.string()),
    firstName: v.optional(v.string()),
    lastName: v.optional(v.string()),
    imageUrl: v.optional(v.string()),
    updatedAt: v.number(),
    eventTimestamp: v.number(),
    /** Set by the user through the app, never by Clerk; milliseconds since 1970. */
    lastSeenAt: v.optional(v.number()),
  }).index("by_clerk_id", ["clerkId"]),

  /**
   * Clerk ids that were deleted. Clerk never gives an id twice, so an event about one of these is late
   * and must not bring the user back. Holds nothing personal.
   */
  deletedUsers: defineTable({
    clerkId: v.string(),
  }).index("by_clerk_id", ["clerkId"]),
});
