import type { Domain, EmailAddress, InstanceState, JwtTemplate, Session, User } from "./state.ts";

/** Shapes: clerk/openapi-specs, bapi/2026-05-12.yml. */

const WEEK = 7 * 24 * 60 * 60 * 1000;

export const instanceOut = (instance: InstanceState) => ({
  object: "instance",
  id: instance.id,
  environment_type: instance.environmentType,
  allowed_origins: instance.allowedOrigins,
  workspace_id: null,
});

export const domainOut = (domain: Domain) => ({
  object: "domain",
  id: domain.id,
  name: domain.name,
  is_satellite: domain.isSatellite,
  frontend_api_url: domain.frontendApiUrl,
  accounts_portal_url: domain.isSatellite ? null : `${domain.frontendApiUrl}/account`,
  proxy_url: null,
  development_origin: "",
  cname_targets: [],
});

export const templateOut = (template: JwtTemplate) => ({
  object: "jwt_template",
  id: template.id,
  name: template.name,
  claims: template.claims,
  lifetime: template.lifetime,
  allowed_clock_skew: template.allowedClockSkew,
  custom_signing_key: template.customSigningKey,
  signing_algorithm: template.signingAlgorithm,
  created_at: template.createdAt,
  updated_at: template.updatedAt,
});

const emailAddressOut = (email: EmailAddress) => ({
  id: email.id,
  object: "email_address",
  email_address: email.emailAddress,
  reserved: false,
  verification: email.verified
    ? {
        object: "verification_admin",
        status: "verified",
        strategy: "admin",
        attempts: null,
        expire_at: null,
      }
    : null,
  linked_to: [],
  matches_sso_connection: false,
  created_at: email.createdAt,
  updated_at: email.createdAt,
});

export const userOut = (user: User) => ({
  id: user.id,
  object: "user",
  username: user.username,
  first_name: user.firstName,
  last_name: user.lastName,
  locale: user.locale,
  image_url: user.imageUrl,
  profile_image_url: user.imageUrl,
  has_image: user.hasImage,
  primary_email_address_id: user.primaryEmailAddressId,
  primary_phone_number_id: null,
  primary_web3_wallet_id: null,
  password_enabled: false,
  two_factor_enabled: false,
  totp_enabled: false,
  backup_code_enabled: false,
  email_addresses: user.emailAddresses.map(emailAddressOut),
  phone_numbers: [],
  web3_wallets: [],
  passkeys: [],
  external_accounts: [],
  saml_accounts: [],
  enterprise_accounts: [],
  public_metadata: user.publicMetadata,
  private_metadata: user.privateMetadata,
  unsafe_metadata: user.unsafeMetadata,
  external_id: user.externalId,
  last_sign_in_at: user.lastSignInAt,
  last_active_at: user.lastSignInAt,
  banned: false,
  locked: false,
  lockout_expires_in_seconds: null,
  verification_attempts_remaining: 100,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
  delete_self_enabled: true,
  create_organization_enabled: true,
  create_organizations_limit: null,
  mfa_enabled_at: null,
  mfa_disabled_at: null,
  legal_accepted_at: null,
  bypass_client_trust: false,
});

/** Answer and event data for what was deleted. */
export const deletedOut = (object: string, id: string, externalId: string | null = null) => ({
  object,
  id,
  deleted: true,
  ...(externalId === null ? {} : { external_id: externalId }),
});

export const sessionOut = (session: Session) => ({
  object: "session",
  id: session.id,
  user_id: session.userId,
  client_id: session.clientId,
  actor: null,
  status: session.status,
  last_active_organization_id: null,
  last_active_at: session.updatedAt,
  expire_at: session.createdAt + WEEK,
  abandon_at: session.createdAt + 4 * WEEK,
  created_at: session.createdAt,
  updated_at: session.updatedAt,
});
