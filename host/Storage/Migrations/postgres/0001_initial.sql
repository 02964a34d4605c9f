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


CREATE TABLE approvals (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    task_id uuid NOT NULL,
    element_id text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    reason text,
    parts_json text NOT NULL,
    package_hash text NOT NULL,
    voided_at bigint,
    voided_by text,
    voided_parts text[] NOT NULL,
    CONSTRAINT pk_approvals PRIMARY KEY (id)
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


CREATE TABLE calendar_days (
    date date NOT NULL,
    is_working_day boolean NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT pk_calendar_days PRIMARY KEY (date)
);


CREATE TABLE campaign_codes (
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_campaign_codes PRIMARY KEY (year)
);


CREATE TABLE campaigns (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    status text NOT NULL,
    status_reason text,
    stage text,
    level text,
    objective text NOT NULL,
    form text NOT NULL,
    window_start date NOT NULL,
    window_end date NOT NULL,
    brief_json text NOT NULL,
    facts_json text NOT NULL,
    package_hash text NOT NULL,
    approved_hash text,
    sop_version_id uuid NOT NULL,
    cloned_from uuid,
    launched_at bigint,
    closed_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_campaigns PRIMARY KEY (id)
);


CREATE TABLE contents (
    hash text NOT NULL,
    content text NOT NULL,
    CONSTRAINT pk_contents PRIMARY KEY (hash)
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


CREATE TABLE definition_versions (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    state text NOT NULL,
    xml text NOT NULL,
    sha256 text NOT NULL,
    problems_json text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at bigint NOT NULL,
    published_by text,
    published_at bigint,
    CONSTRAINT pk_definition_versions PRIMARY KEY (id)
);


CREATE TABLE files (
    sha256 text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    bytes bytea NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at bigint NOT NULL,
    CONSTRAINT pk_files PRIMARY KEY (sha256)
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


CREATE TABLE launch_packages (
    campaign_id uuid NOT NULL,
    hash text NOT NULL,
    parts_json text NOT NULL,
    brief_version bigint NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_launch_packages PRIMARY KEY (campaign_id, hash)
);


CREATE TABLE lessons (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    tags text[] NOT NULL,
    objective text NOT NULL,
    form text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_lessons PRIMARY KEY (id)
);


CREATE TABLE message_subscriptions (
    instance_id uuid NOT NULL,
    subscription_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    correlation text,
    CONSTRAINT pk_message_subscriptions PRIMARY KEY (instance_id, subscription_id)
);


CREATE TABLE nodes (
    name text NOT NULL,
    epoch bigint NOT NULL,
    until bigint NOT NULL,
    started_at bigint NOT NULL,
    CONSTRAINT pk_nodes PRIMARY KEY (name)
);


CREATE TABLE process_incidents (
    instance_id uuid NOT NULL,
    incident_id text NOT NULL,
    element_id text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_process_incidents PRIMARY KEY (instance_id, incident_id)
);


CREATE TABLE process_instances (
    id uuid NOT NULL,
    sop_version_id uuid NOT NULL,
    decisions_json text NOT NULL,
    status text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT pk_process_instances PRIMARY KEY (id)
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


CREATE TABLE retrospectives (
    campaign_id uuid NOT NULL,
    state text NOT NULL,
    content_json text NOT NULL,
    drafted_at bigint NOT NULL,
    completed_by text,
    confirmed_by text,
    look_back_json text,
    version bigint NOT NULL,
    CONSTRAINT pk_retrospectives PRIMARY KEY (campaign_id)
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


CREATE TABLE sop_forms (
    sop_version_id uuid NOT NULL,
    form_id text NOT NULL,
    json text NOT NULL,
    CONSTRAINT pk_sop_forms PRIMARY KEY (sop_version_id, form_id)
);


CREATE TABLE tasks (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    engine_task_id text NOT NULL,
    element_id text NOT NULL,
    stage_id text,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    form_id text,
    candidate_roles text[] NOT NULL,
    candidate_users text[] NOT NULL,
    assignee text,
    due bigint,
    remind bigint,
    reminded_at bigint,
    state text NOT NULL,
    outcome text,
    reason text,
    data_json text,
    completed_by text,
    completed_at bigint,
    returned_because text,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (id)
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


CREATE INDEX ix_approvals_by_at ON approvals (by, at);


CREATE INDEX ix_approvals_campaign_id ON approvals (campaign_id);


CREATE INDEX ix_audit_events_actor_at ON audit_events (actor, at);


CREATE INDEX ix_audit_events_at ON audit_events (at);


CREATE UNIQUE INDEX ix_campaigns_code ON campaigns (code);


CREATE INDEX ix_campaigns_owner ON campaigns (owner);


CREATE INDEX ix_campaigns_status_stage ON campaigns (status, stage);


CREATE INDEX ix_campaigns_window_start ON campaigns (window_start);


CREATE UNIQUE INDEX ix_definition_versions_kind_key_version ON definition_versions (kind, key, version);


CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);


CREATE INDEX ix_incidents_campaign_id ON incidents (campaign_id);


CREATE INDEX ix_incidents_raised_at ON incidents (raised_at) WHERE closed_at IS NULL;


CREATE INDEX ix_lessons_campaign_id ON lessons (campaign_id);


CREATE INDEX ix_lessons_objective_form ON lessons (objective, form);


CREATE INDEX ix_message_subscriptions_name_correlation ON message_subscriptions (name, correlation);


CREATE INDEX ix_recurring_triggers_campaign_id ON recurring_triggers (campaign_id);


CREATE INDEX ix_scheduled_work_campaign_id ON scheduled_work (campaign_id);


CREATE INDEX ix_scheduled_work_due ON scheduled_work (due) WHERE state = 'Due';


CREATE INDEX ix_scheduled_work_epoch ON scheduled_work (epoch) WHERE state = 'Leased';


CREATE UNIQUE INDEX ix_scheduled_work_kind_key ON scheduled_work (kind, key) WHERE state = 'Due';


CREATE INDEX ix_tasks_assignee_state ON tasks (assignee, state);


CREATE INDEX ix_tasks_campaign_id_state ON tasks (campaign_id, state);


CREATE INDEX ix_tasks_completed_by_completed_at ON tasks (completed_by, completed_at);


CREATE INDEX ix_tasks_state_due ON tasks (state, due);


CREATE UNIQUE INDEX ix_users_user_name ON users (user_name);


