CREATE TABLE "api_tokens" (
    "id" TEXT NOT NULL CONSTRAINT "pk_api_tokens" PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NULL,
    "revoked_at" INTEGER NULL
);


CREATE TABLE "audit_events" (
    "chain" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT NULL,
    "reason" TEXT NULL,
    "data" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "pk_audit_events" PRIMARY KEY ("chain", "seq")
);


CREATE TABLE "audit_heads" (
    "chain" TEXT NOT NULL CONSTRAINT "pk_audit_heads" PRIMARY KEY,
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL
);


CREATE TABLE "cookie_keys" (
    "name" TEXT NOT NULL CONSTRAINT "pk_cookie_keys" PRIMARY KEY,
    "sealed" TEXT NOT NULL
);


CREATE TABLE "data_keys" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_data_keys" PRIMARY KEY,
    "purpose" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);


CREATE TABLE "idempotency_keys" (
    "user_name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "status" INTEGER NULL,
    "content_type" TEXT NULL,
    "body" BLOB NULL,
    CONSTRAINT "pk_idempotency_keys" PRIMARY KEY ("user_name", "key")
);


CREATE TABLE "users" (
    "id" TEXT NOT NULL CONSTRAINT "pk_users" PRIMARY KEY,
    "user_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_name_english" TEXT NULL,
    "email" TEXT NULL,
    "we_com_user_id" TEXT NULL,
    "password_hash" TEXT NULL,
    "roles" TEXT NOT NULL,
    "is_disabled" INTEGER NOT NULL,
    "security_stamp" TEXT NOT NULL,
    "failed_sign_ins" INTEGER NOT NULL,
    "locked_until" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE UNIQUE INDEX "ix_api_tokens_sha256" ON "api_tokens" ("sha256");


CREATE INDEX "ix_api_tokens_user_id" ON "api_tokens" ("user_id");


CREATE INDEX "ix_audit_events_actor_at" ON "audit_events" ("actor", "at");


CREATE INDEX "ix_audit_events_at" ON "audit_events" ("at");


CREATE INDEX "ix_idempotency_keys_at" ON "idempotency_keys" ("at");


CREATE UNIQUE INDEX "ix_users_user_name" ON "users" ("user_name");


