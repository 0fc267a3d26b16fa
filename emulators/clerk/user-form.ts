import { ClerkError, deprecatedParam, wrongType } from "./errors.ts";
import { type Form, objectOf, refuseOthers, stringOf } from "./form.ts";
import type { User } from "./state.ts";
import type { NewUser, UserChange } from "./users.ts";

// Parameters: clerk/openapi-specs, bapi/2026-05-12.yml, CreateUser and UpdateUser.

const NAMES = ["external_id", "first_name", "last_name", "locale", "username"];
const METADATA = ["public_metadata", "private_metadata", "unsafe_metadata"];
const SKIPS = ["skip_password_requirement", "skip_password_checks", "skip_legal_checks"];
const OF_CREATE = [...NAMES, ...METADATA, ...SKIPS];
const CREATE = new Set([...OF_CREATE, "email_address", "skip_user_requirement", "created_at"]);
const UPDATE = new Set([...NAMES, ...METADATA, "primary_email_address_id"]);
/** Documented, and not answered here. */
const ELSEWHERE = new Set(
  `email_address_identification_status phone_number phone_number_identification_status web3_wallet
  password password_digest password_hasher totp_secret backup_codes delete_self_enabled
  legal_accepted_at create_organization_enabled create_organizations_limit bypass_client_trust
  banned locked notify_primary_email_address_changed primary_phone_number_id
  primary_web3_wallet_id profile_image_id sign_out_of_other_sessions`.split(/\s+/),
);

export function readNewUser(form: Form): NewUser {
  refuseOthers(form, CREATE, ELSEWHERE, "a user");
  const emails = form.email_address ?? [];
  if (!Array.isArray(emails) || !emails.every((email) => typeof email === "string")) {
    throw wrongType("email_address", "array of strings");
  }
  if (emails.length === 0 && form.skip_user_requirement !== true) {
    throw new ClerkError(422, "form_data_missing", "missing data", {
      longMessage: '["email_address"] data doesn\'t match user requirements set for this instance',
      meta: { param_names: ["email_address"] },
    });
  }
  const createdAt = stringOf(form, "created_at");
  return {
    emails: emails as string[],
    ...readNames(form),
    ...readMetadata(form),
    ...(createdAt === undefined ? {} : { createdAt: Date.parse(createdAt) }),
  };
}

export function readUserChange(form: Form, user: User): UserChange {
  refuseOthers(form, UPDATE, ELSEWHERE, "a user");
  const metadata = METADATA.find((param) => form[param] !== undefined);
  if (metadata !== undefined) throw deprecatedParam(metadata);
  const primary = stringOf(form, "primary_email_address_id");
  if (primary !== undefined && !user.emailAddresses.some(({ id }) => id === primary)) {
    throw new ClerkError(422, "form_resource_not_found", "is missing", {
      longMessage:
        "The resource associated with the supplied primary_email_address_id was not found.",
      meta: { param_name: "primary_email_address_id" },
    });
  }
  return {
    ...readNames(form),
    ...(primary === undefined ? {} : { primaryEmailAddressId: primary }),
  };
}

/** Metadata given in a form; nothing else may be in it. */
export function readMetadataForm(form: Form): MetadataFields {
  refuseOthers(form, new Set(METADATA), ELSEWHERE, "a user");
  return readMetadata(form);
}

export type MetadataFields = Pick<
  UserChange,
  "publicMetadata" | "privateMetadata" | "unsafeMetadata"
>;

function readMetadata(form: Form): MetadataFields {
  const [publicMetadata, privateMetadata, unsafeMetadata] = METADATA.map((param) =>
    objectOf(form, param),
  );
  return {
    ...(publicMetadata ? { publicMetadata } : {}),
    ...(privateMetadata ? { privateMetadata } : {}),
    ...(unsafeMetadata ? { unsafeMetadata } : {}),
  };
}

/** Names given in a form; null and "" clear one. */
function readNames(form: Form): UserChange {
  const given = NAMES.filter((param) => form[param] !== undefined);
  return Object.fromEntries(
    given.map((param) => [camel(param), stringOf(form, param) || null]),
  ) as UserChange;
}

const camel = (param: string): string =>
  param.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
