CREATE TABLE api_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    CONSTRAINT pk_api_tokens PRIMARY KEY (id)
);


CREATE TABLE audit_events (
    chain text NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    type text NOT NULL,
    subject text,
    reason text,
    data text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (chain, seq)
);


CREATE TABLE audit_heads (
    chain text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_audit_heads PRIMARY KEY (chain)
);


CREATE TABLE cookie_keys (
    name text NOT NULL,
    sealed text NOT NULL,
    CONSTRAINT pk_cookie_keys PRIMARY KEY (name)
);


CREATE TABLE data_keys (
    id integer NOT NULL,
    purpose text NOT NULL,
    wrapped text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_data_keys PRIMARY KEY (id)
);


CREATE TABLE idempotency_keys (
    user_name text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    at bigint NOT NULL,
    status integer,
    content_type text,
    body bytea,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_name, key)
);


CREATE TABLE incidents (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    campaign_id uuid,
    message text NOT NULL,
    retry_kind text,
    retry_key text,
    retry_payload text,
    raised_at bigint NOT NULL,
    closed_at bigint,
    closed_by text,
    outcome text,
    note text,
    CONSTRAINT pk_incidents PRIMARY KEY (id)
);


CREATE TABLE nodes (
    name text NOT NULL,
    epoch bigint NOT NULL,
    until bigint NOT NULL,
    started_at bigint NOT NULL,
    CONSTRAINT pk_nodes PRIMARY KEY (name)
);


CREATE TABLE recurring_triggers (
    key text NOT NULL,
    kind text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    campaign_id uuid,
    payload text NOT NULL,
    misfire text NOT NULL,
    last_fired_at bigint NOT NULL,
    CONSTRAINT pk_recurring_triggers PRIMARY KEY (key)
);


CREATE TABLE scheduled_work (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    campaign_id uuid,
    due bigint NOT NULL,
    misfire text NOT NULL,
    latest_seconds integer,
    payload text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    node text,
    epoch bigint,
    last_error text,
    created_at bigint NOT NULL,
    done_at bigint,
    CONSTRAINT pk_scheduled_work PRIMARY KEY (id)
);


CREATE TABLE users (
    id uuid NOT NULL,
    user_name text NOT NULL,
    display_name text NOT NULL,
    display_name_english text,
    email text,
    we_com_user_id text,
    password_hash text,
    roles text[] NOT NULL,
    is_disabled boolean NOT NULL,
    security_stamp text NOT NULL,
    failed_sign_ins integer NOT NULL,
    locked_until bigint,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
);


CREATE UNIQUE INDEX ix_api_tokens_sha256 ON api_tokens (sha256);


CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);


CREATE INDEX ix_audit_events_actor_at ON audit_events (actor, at);


CREATE INDEX ix_audit_events_at ON audit_events (at);


CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);


CREATE INDEX ix_incidents_campaign_id ON incidents (campaign_id);


CREATE INDEX ix_incidents_raised_at ON incidents (raised_at) WHERE closed_at IS NULL;


CREATE INDEX ix_recurring_triggers_campaign_id ON recurring_triggers (campaign_id);


CREATE INDEX ix_scheduled_work_campaign_id ON scheduled_work (campaign_id);


CREATE INDEX ix_scheduled_work_due ON scheduled_work (due) WHERE state = 'Due';


CREATE INDEX ix_scheduled_work_epoch ON scheduled_work (epoch) WHERE state = 'Leased';


CREATE UNIQUE INDEX ix_scheduled_work_kind_key ON scheduled_work (kind, key) WHERE state = 'Due';


CREATE UNIQUE INDEX ix_users_user_name ON users (user_name);


