import type { AuthConfig } from "convex/server";

export default {
  providers: [
    {
      // Unset, this fails the push: a deployment must not go live trusting nobody.
      domain: process.env.CLERK_JWT_ISSUER_DOMAIN as string,
      applicationID: "convex",
    },
  ],
} satisfies AuthConfig;
