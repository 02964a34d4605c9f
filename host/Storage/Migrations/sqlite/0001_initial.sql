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


CREATE TABLE "incidents" (
    "id" TEXT NOT NULL CONSTRAINT "pk_incidents" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "message" TEXT NOT NULL,
    "retry_kind" TEXT NULL,
    "retry_key" TEXT NULL,
    "retry_payload" TEXT NULL,
    "raised_at" INTEGER NOT NULL,
    "closed_at" INTEGER NULL,
    "closed_by" TEXT NULL,
    "outcome" TEXT NULL,
    "note" TEXT NULL
);


CREATE TABLE "nodes" (
    "name" TEXT NOT NULL CONSTRAINT "pk_nodes" PRIMARY KEY,
    "epoch" INTEGER NOT NULL,
    "until" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL
);


CREATE TABLE "recurring_triggers" (
    "key" TEXT NOT NULL CONSTRAINT "pk_recurring_triggers" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "payload" TEXT NOT NULL,
    "misfire" TEXT NOT NULL,
    "last_fired_at" INTEGER NOT NULL
);


CREATE TABLE "scheduled_work" (
    "id" TEXT NOT NULL CONSTRAINT "pk_scheduled_work" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "due" INTEGER NOT NULL,
    "misfire" TEXT NOT NULL,
    "latest_seconds" INTEGER NULL,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "node" TEXT NULL,
    "epoch" INTEGER NULL,
    "last_error" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "done_at" INTEGER NULL
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


CREATE INDEX "ix_incidents_campaign_id" ON "incidents" ("campaign_id");


CREATE INDEX "ix_incidents_raised_at" ON "incidents" ("raised_at") WHERE closed_at IS NULL;


CREATE INDEX "ix_recurring_triggers_campaign_id" ON "recurring_triggers" ("campaign_id");


CREATE INDEX "ix_scheduled_work_campaign_id" ON "scheduled_work" ("campaign_id");


CREATE INDEX "ix_scheduled_work_due" ON "scheduled_work" ("due") WHERE state = 'Due';


CREATE INDEX "ix_scheduled_work_epoch" ON "scheduled_work" ("epoch") WHERE state = 'Leased';


CREATE UNIQUE INDEX "ix_scheduled_work_kind_key" ON "scheduled_work" ("kind", "key") WHERE state = 'Due';


CREATE UNIQUE INDEX "ix_users_user_name" ON "users" ("user_name");


