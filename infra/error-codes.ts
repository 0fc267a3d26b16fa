/*
 * Every code that an error of this project can end with; docs/errors.md explains each. A code is stable:
 * people search for it, and scripts sort failures by it.
 */

const listed = [
  // Tools
  "SETUP_CACHE",
  "SETUP_CHECKSUM",
  "SETUP_DEPENDENCIES",
  "SETUP_NO_NODE",
  "SETUP_NO_NPM",
  "SETUP_NO_PULUMI",
  "SETUP_OLD_NODE",
  "SETUP_PLATFORM",
  "SETUP_USAGE",
  "PULUMI_MISSING",
  "CONVEX_CLI_MISSING",
  // Settings
  "CONFIG_CLAIM_AUD",
  "CONFIG_RENAMED",
  "CONFIG_SECRET_PLAINTEXT",
  "CONFIG_TARGET",
  "CONFIG_TEMPLATE_RESERVED",
  "CONFIG_VALUE",
  "CONFIG_VARIABLES",
  "CONFIG_VARIABLES_FROM",
  "CONFIG_VARIABLE_FILE",
  "CONFIG_VARIABLE_RESERVED",
  "CONFIG_VARIABLE_TWICE",
  "CONFIG_WEBHOOK_CONFLICT",
  "CONFIG_WEBHOOK_SECRET",
  "CLERK_RESERVED_CLAIM",
  "SETTING_UNKNOWN",
  "URL_INVALID",
  "URL_NOT_HTTPS",
  "VARIABLE_BUILT_IN",
  "VARIABLE_COUNT",
  "VARIABLE_NAME",
  "VARIABLE_SIZE",
  "VARIABLE_TOTAL",
  // Declarations of a program
  "NAME_EMPTY",
  "OUT_OF_RANGE",
  "PROPERTY_MISSING",
  "PROPERTY_TYPE",
  "PROPERTY_UNKNOWN",
  "PROVIDER_SETTING_EMPTY",
  "WEBHOOK_EVENT_TYPES",
  "WEBHOOK_SECRET_FORMAT",
  "WEBHOOK_UID",
  "WEBHOOK_URL_MISMATCH",
  "DEPLOYMENT_AMBIGUOUS",
  "DEPLOYMENT_DEFAULT",
  "DEPLOYMENT_EXPIRY",
  "DEPLOYMENT_NOT_CREATED",
  "DEPLOYMENT_REFERENCE",
  "APPLICATION_DOMAIN",
  "APPLICATION_INSTANCES",
  "APPLICATION_PROTECTED",
  // Credentials, and whether they are of the right target
  "CREDENTIAL_FORMAT",
  "CREDENTIAL_MISSING",
  "CREDENTIAL_PASSPHRASE",
  "CLERK_INSTANCE_KIND",
  "CLERK_PUBLISHABLE_KEY_FORMAT",
  "CLERK_PUBLISHABLE_KEY_MISMATCH",
  "CLERK_WRONG_INSTANCE",
  "CONVEX_DEPLOYMENT_TYPE",
  "CONVEX_KEY_FORMAT",
  "CONVEX_KEY_KIND",
  "CONVEX_TARGET_AMBIGUOUS",
  "CONVEX_TOKEN_SCOPE",
  "CONVEX_WRONG_DEPLOYMENT",
  "PROJECT_UNKNOWN",
  // There already
  "APPLICATION_EXISTS",
  "DEPLOYMENT_EXISTS",
  "JWT_TEMPLATE_DIFFERS",
  "JWT_TEMPLATE_EXISTS",
  "JWT_TEMPLATE_MISSING",
  "PROJECT_EXISTS",
  "VARIABLES_EXIST",
  "WEBHOOK_ENDPOINT_EXISTS",
  "DEPLOY_KEY_IMPORT",
  "IMPORT_NAMES_MISSING",
  "PROJECT_ID",
  // Gone, or still there
  "APPLICATION_GONE",
  "CONVEX_DEPLOYMENT_GONE",
  "WEBHOOK_ENDPOINT_GONE",
  "DEPLOYMENT_STAYS",
  "DEPLOY_KEY_STAYS",
  "PROJECT_NOT_EMPTY",
  "PROJECT_STAYS",
  // Code
  "CONVEX_BUNDLE_FAILED",
  "CONVEX_DEPLOY_FAILED",
  "CONVEX_DEPLOY_OVERTAKEN",
  "CONVEX_FOLDER_CHANGED",
  "CONVEX_RUN_FAILED",
  "CONVEX_UNDEPLOY_FAILED",
  "VERIFY_FAILED",
  // Runs and state
  "BACKEND_CREDENTIALS",
  "BACKEND_UNREACHABLE",
  "CANCELLED",
  "INTERNAL",
  "PROJECT_MISSING",
  "PULLS_UNAVAILABLE",
  "PULUMI_FAILED",
  "STACK_INTERRUPTED",
  "STACK_LOCKED",
  "STACK_LOCK_UNREADABLE",
  "STACK_MISSING",
  "USAGE",
  // Clerk's login to Svix
  "SVIX_APP_UNAVAILABLE",
  "SVIX_LOGIN_REFUSED",
  // Checks of this project itself
  "CODEGEN_FAILED",
  "CODEGEN_STALE",
  "TEST_CHECK",
  "TEST_NONE",
] as const;

/** What the code of a vendor's refusal or failure begins with. */
export const vendorPrefixes = ["CLERK", "CLERK_PLATFORM_API", "SVIX", "CONVEX"] as const;

/** What it ends with. */
export const vendorFailures = [
  "NOT_FOUND",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "CONFLICT",
  "INVALID",
  "PAYMENT_REQUIRED",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "UNREACHABLE",
  "TIMEOUT",
  "MALFORMED",
] as const;

export type VendorPrefix = (typeof vendorPrefixes)[number];

export type VendorErrorCode = `${VendorPrefix}_${(typeof vendorFailures)[number]}`;

export type ErrorCode = (typeof listed)[number] | VendorErrorCode;

export const errorCodes: readonly ErrorCode[] = [
  ...listed,
  ...vendorPrefixes.flatMap((prefix) =>
    vendorFailures.map((failure): VendorErrorCode => `${prefix}_${failure}`),
  ),
];
