CREATE TABLE "account" (
	"id" uuid PRIMARY KEY NOT NULL,
	"batch" uuid NOT NULL,
	"custodian" uuid NOT NULL,
	"owner" uuid NOT NULL,
	"place" text collate "C" NOT NULL,
	"balance_ug" bigint NOT NULL,
	"deficit_ug" bigint NOT NULL,
	"frozen" boolean DEFAULT false NOT NULL,
	"arrivals" text NOT NULL,
	"last_left_ms" bigint,
	"position" bigint NOT NULL,
	CONSTRAINT "account_never_negative" CHECK ("account"."balance_ug" >= 0),
	CONSTRAINT "account_deficit" CHECK ("account"."deficit_ug" >= 0),
	CONSTRAINT "account_place" CHECK ("account"."place" in ('on_hand', 'in_transit'))
);
--> statement-breakpoint
CREATE TABLE "posting" (
	"position" bigint NOT NULL,
	"line" integer NOT NULL,
	"event" uuid NOT NULL,
	"account" uuid NOT NULL,
	"batch" uuid NOT NULL,
	"mass_ug" bigint NOT NULL,
	"balance_ug" bigint NOT NULL,
	"elements" text,
	"undone_position" bigint,
	CONSTRAINT "posting_position_line_pk" PRIMARY KEY("position","line"),
	CONSTRAINT "posting_not_zero" CHECK ("posting"."mass_ug" <> 0)
);
--> statement-breakpoint
CREATE TABLE "batch" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"number" text collate "C",
	"position" bigint NOT NULL,
	"birth" bigint NOT NULL,
	"drawn_ug" bigint NOT NULL,
	"found_ug" bigint NOT NULL,
	"found_parts" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "batch_identifier" (
	"batch" uuid NOT NULL,
	"scheme" text collate "C" NOT NULL,
	"value" text collate "C" NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "batch_identifier_batch_scheme_value_pk" PRIMARY KEY("batch","scheme","value")
);
--> statement-breakpoint
CREATE TABLE "batch_version" (
	"batch" uuid NOT NULL,
	"position" bigint NOT NULL,
	"birth" bigint NOT NULL,
	"event" uuid NOT NULL,
	"number" text,
	"product_class" text NOT NULL,
	"product_name" text NOT NULL,
	"stage" text,
	"facility" uuid NOT NULL,
	"produced_at" timestamp with time zone NOT NULL,
	"mass_ug" bigint NOT NULL,
	"elements" text NOT NULL,
	"assay_limits" text NOT NULL,
	"custody_model" text NOT NULL,
	"disclosure" text NOT NULL,
	"epd" uuid,
	"hs_code" text,
	"voided_by" uuid,
	"flagged" boolean DEFAULT false NOT NULL,
	"pool" text,
	"declaration" text NOT NULL,
	CONSTRAINT "batch_version_batch_position_pk" PRIMARY KEY("batch","position"),
	CONSTRAINT "batch_mass_positive" CHECK ("batch_version"."mass_ug" > 0)
);
--> statement-breakpoint
CREATE TABLE "origin_version" (
	"batch" uuid NOT NULL,
	"position" bigint NOT NULL,
	"event" uuid NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "origin_version_batch_position_pk" PRIMARY KEY("batch","position")
);
--> statement-breakpoint
CREATE TABLE "status_version" (
	"batch" uuid NOT NULL,
	"position" bigint NOT NULL,
	"status" text NOT NULL,
	"cause" text NOT NULL,
	CONSTRAINT "status_version_batch_position_pk" PRIMARY KEY("batch","position"),
	CONSTRAINT "batch_status" CHECK ("status_version"."status" in ('clear', 'suspect', 'contested'))
);
--> statement-breakpoint
CREATE TABLE "step_version" (
	"batch" uuid NOT NULL,
	"position" bigint NOT NULL,
	"event" uuid NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "step_version_batch_position_pk" PRIMARY KEY("batch","position")
);
--> statement-breakpoint
CREATE TABLE "campaign" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"name" text collate "C" NOT NULL,
	"facility" uuid NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "campaign_epd" (
	"campaign" uuid NOT NULL,
	"epd" uuid NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date,
	"organization" uuid NOT NULL,
	"position" bigint NOT NULL,
	"ended_position" bigint,
	CONSTRAINT "campaign_epd_campaign_position_pk" PRIMARY KEY("campaign","position")
);
--> statement-breakpoint
CREATE TABLE "campaign_step" (
	"batch" uuid PRIMARY KEY NOT NULL,
	"campaign" uuid NOT NULL,
	"number" integer NOT NULL,
	"carry_to" uuid,
	"position" bigint NOT NULL,
	"birth" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reevaluation" (
	"cause" uuid PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"position" bigint NOT NULL,
	"affected" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suspect" (
	"batch" uuid PRIMARY KEY NOT NULL,
	"cause" uuid NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "epd" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "epd_draft" (
	"organization" uuid NOT NULL,
	"epd" uuid NOT NULL,
	"version_key" integer[] NOT NULL,
	"version" text NOT NULL,
	"client" text NOT NULL,
	"media_type" text NOT NULL,
	"document" "bytea" NOT NULL,
	"sha256" "bytea" NOT NULL,
	"name" text,
	"saved_at" timestamp with time zone NOT NULL,
	CONSTRAINT "epd_draft_organization_epd_version_key_pk" PRIMARY KEY("organization","epd","version_key")
);
--> statement-breakpoint
CREATE TABLE "epd_state_version" (
	"epd" uuid NOT NULL,
	"version_key" integer[] NOT NULL,
	"position" bigint NOT NULL,
	"state" text collate "C" NOT NULL,
	"transition" text NOT NULL,
	"organization" uuid NOT NULL,
	"client" text NOT NULL,
	"reason" text,
	"request" "bytea",
	"ends_on" date,
	"verifier" uuid,
	"verification" bigint,
	"programme" uuid,
	"registration_number" text,
	"registration" bigint,
	CONSTRAINT "epd_state_version_epd_version_key_position_pk" PRIMARY KEY("epd","version_key","position"),
	CONSTRAINT "epd_state" CHECK ("epd_state_version"."state" in ('submitted', 'in_verification', 'returned', 'verified', 'registered', 'published', 'superseded', 'deregistered', 'external')),
	CONSTRAINT "epd_state_registered" CHECK (("epd_state_version"."programme" is null) = ("epd_state_version"."registration_number" is null))
);
--> statement-breakpoint
CREATE TABLE "epd_value" (
	"position" bigint NOT NULL,
	"indicator" text collate "C" NOT NULL,
	"method" text collate "C" NOT NULL,
	"module" text collate "C" NOT NULL,
	"scenario" text collate "C" NOT NULL,
	"unit" text NOT NULL,
	"status" text NOT NULL,
	"value" text,
	"amount" numeric,
	CONSTRAINT "epd_value_position_indicator_method_module_scenario_pk" PRIMARY KEY("position","indicator","method","module","scenario"),
	CONSTRAINT "epd_value_status" CHECK ("epd_value"."status" in ('declared', 'not_declared', 'not_assessed')),
	CONSTRAINT "epd_value_declared" CHECK (("epd_value"."status" = 'declared') = ("epd_value"."value" is not null))
);
--> statement-breakpoint
CREATE TABLE "epd_version" (
	"epd" uuid NOT NULL,
	"version_key" integer[] NOT NULL,
	"version" text NOT NULL,
	"position" bigint NOT NULL,
	"client" text NOT NULL,
	"media_type" text NOT NULL,
	"document" "bytea" NOT NULL,
	"sha256" "bytea" NOT NULL,
	"report" "bytea" NOT NULL,
	"report_sha256" "bytea" NOT NULL,
	"external" text,
	"rule_set" text NOT NULL,
	"stage" text NOT NULL,
	"product_class" text NOT NULL,
	"operator" uuid,
	"practitioner" uuid,
	"practitioner_name" text,
	"verifier" uuid,
	"registration_number" text,
	"valid_from" date,
	"valid_until" date,
	"coverage" text NOT NULL,
	"terms" "tsvector" NOT NULL,
	"facets" text[] NOT NULL,
	"summary" text NOT NULL,
	CONSTRAINT "epd_version_epd_version_key_pk" PRIMARY KEY("epd","version_key"),
	CONSTRAINT "epd_version_key" CHECK (cardinality("epd_version"."version_key") = 3)
);
--> statement-breakpoint
CREATE TABLE "registration_number" (
	"operator" uuid NOT NULL,
	"number" text collate "C" NOT NULL,
	"position" bigint NOT NULL,
	"epd" uuid,
	"used_position" bigint,
	"released_position" bigint,
	CONSTRAINT "registration_number_operator_number_position_pk" PRIMARY KEY("operator","number","position"),
	CONSTRAINT "registration_number_used" CHECK (("registration_number"."epd" is null) = ("registration_number"."used_position" is null)),
	CONSTRAINT "registration_number_released" CHECK ("registration_number"."epd" is null or "registration_number"."released_position" is null)
);
--> statement-breakpoint
CREATE TABLE "event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"organization" uuid NOT NULL,
	"client" text NOT NULL,
	"type" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"facility" uuid NOT NULL,
	"disclosure" text NOT NULL,
	"media_type" text NOT NULL,
	"document" "bytea" NOT NULL,
	"sha256" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	"rule_set" text NOT NULL,
	"details" text NOT NULL,
	"answer" text NOT NULL,
	"corrective_event" uuid,
	"undone_position" bigint
);
--> statement-breakpoint
CREATE TABLE "event_input" (
	"event" uuid NOT NULL,
	"line" smallint NOT NULL,
	"batch" uuid NOT NULL,
	"mass_ug" bigint NOT NULL,
	"elements" text NOT NULL,
	"position" bigint NOT NULL,
	"birth" bigint NOT NULL,
	"undone_position" bigint,
	CONSTRAINT "event_input_position_line_pk" PRIMARY KEY("position","line")
);
--> statement-breakpoint
CREATE TABLE "event_made" (
	"position" bigint PRIMARY KEY NOT NULL,
	"body" text NOT NULL,
	"undone_position" bigint
);
--> statement-breakpoint
CREATE TABLE "event_output" (
	"event" uuid NOT NULL,
	"line" smallint NOT NULL,
	"batch" uuid NOT NULL,
	"mass_ug" bigint NOT NULL,
	"position" bigint NOT NULL,
	"birth" bigint NOT NULL,
	"undone_position" bigint,
	CONSTRAINT "event_output_position_line_pk" PRIMARY KEY("position","line")
);
--> statement-breakpoint
CREATE TABLE "import_job" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigint GENERATED ALWAYS AS IDENTITY (sequence name "import_job_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization" uuid NOT NULL,
	"client" text NOT NULL,
	"scopes" text[] NOT NULL,
	"kind" text NOT NULL,
	"media_type" text NOT NULL,
	"handling" text NOT NULL,
	"upload" uuid,
	"sha256" "bytea" NOT NULL,
	"size" bigint NOT NULL,
	"state" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"lease" uuid,
	"lease_until" timestamp with time zone,
	"served_at" timestamp with time zone,
	"total" integer,
	"items" integer NOT NULL,
	"line" integer NOT NULL,
	"bytes_read" bigint NOT NULL,
	"accepted" integer NOT NULL,
	"replayed" integer NOT NULL,
	"refused" integer NOT NULL,
	"failure" text,
	CONSTRAINT "import_job_kind" CHECK ("import_job"."kind" in ('any', 'events', 'epds')),
	CONSTRAINT "import_job_handling" CHECK ("import_job"."handling" in ('strict', 'lenient')),
	CONSTRAINT "import_job_state" CHECK ("import_job"."state" in ('received', 'running', 'done', 'failed', 'cancelled')),
	CONSTRAINT "import_job_finished_state" CHECK (("import_job"."state" in ('done', 'failed', 'cancelled')) = ("import_job"."finished_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "import_part" (
	"upload" uuid NOT NULL,
	"n" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "import_part_upload_n_pk" PRIMARY KEY("upload","n")
);
--> statement-breakpoint
CREATE TABLE "import_result" (
	"import" uuid NOT NULL,
	"item" integer NOT NULL,
	"line" integer NOT NULL,
	"name" text,
	"status" text NOT NULL,
	"subject" uuid,
	"position" bigint,
	"findings" text,
	CONSTRAINT "import_result_import_item_pk" PRIMARY KEY("import","item"),
	CONSTRAINT "import_result_status" CHECK ("import_result"."status" in ('accepted', 'replayed', 'refused', 'conflict', 'withheld'))
);
--> statement-breakpoint
CREATE TABLE "import_upload" (
	"id" uuid PRIMARY KEY NOT NULL,
	"begun_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "finding" (
	"position" bigint NOT NULL,
	"line" integer NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"event" uuid,
	"batch" uuid,
	"epd" uuid,
	"organization" uuid NOT NULL,
	"rule" text NOT NULL,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"profile" text,
	"source" text,
	"pointer" text NOT NULL,
	"message" text NOT NULL,
	"expected" text,
	"actual" text,
	"remedy" text,
	"resolved_position" bigint,
	"resolution" text,
	"resolved_by" uuid,
	"resolution_evidence" text
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"position" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"subject" text collate "C" NOT NULL,
	"organization" uuid,
	"document_sha256" "bytea",
	"statement" "bytea" NOT NULL,
	"salt" "bytea",
	"blind" boolean NOT NULL,
	"leaf" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "journal_head" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"next" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"mark" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "journal_head_one_row" CHECK ("journal_head"."one")
);
--> statement-breakpoint
CREATE TABLE "rule_setting" (
	"position" bigint PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"rule" text collate "C" NOT NULL,
	"mode" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_key" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"algorithm" text NOT NULL,
	"private_jwk" text NOT NULL,
	"public_jwk" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "erasure" (
	"position" bigint PRIMARY KEY NOT NULL,
	"leaf_data" "bytea" NOT NULL,
	"erased_position" bigint NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_checkpoint" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"note" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_tile" (
	"level" smallint NOT NULL,
	"index" bigint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "log_tile_level_index_pk" PRIMARY KEY("level","index"),
	CONSTRAINT "log_tile_hashes" CHECK (length("log_tile"."hashes") % 32 = 0 and length("log_tile"."hashes") <= 8192)
);
--> statement-breakpoint
CREATE TABLE "signed_request" (
	"position" bigint PRIMARY KEY NOT NULL,
	"document" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_key" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"algorithm" text NOT NULL,
	"jwk" text NOT NULL,
	"label" text,
	"position" bigint NOT NULL,
	"revoked_position" bigint,
	"revocation_reason" text,
	CONSTRAINT "signing_key_algorithm" CHECK ("signing_key"."algorithm" in ('EdDSA', 'ES256'))
);
--> statement-breakpoint
CREATE TABLE "signing_policy" (
	"position" bigint PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"unsigned" text NOT NULL,
	CONSTRAINT "signing_policy_unsigned" CHECK ("signing_policy"."unsigned" in ('accepted', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "batch_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"batch" uuid NOT NULL,
	"grantor" uuid NOT NULL,
	"grantee" uuid,
	"link_hash" "bytea",
	"scope" text NOT NULL,
	"expires_at" timestamp with time zone,
	"position" bigint NOT NULL,
	"revoked_position" bigint,
	"used_at" timestamp with time zone,
	CONSTRAINT "batch_grant_scope" CHECK ("batch_grant"."scope" in ('chain', 'batch'))
);
--> statement-breakpoint
CREATE TABLE "client" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"name" text NOT NULL,
	"roles" text[] NOT NULL,
	"secret_hash" "bytea",
	"issuer" text collate "C",
	"subject" text collate "C",
	"created_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "client_proof" CHECK (("client"."secret_hash" is null) = ("client"."issuer" is not null) and ("client"."issuer" is null) = ("client"."subject" is null))
);
--> statement-breakpoint
CREATE TABLE "facility" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization" uuid NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "facility_version" (
	"facility" uuid NOT NULL,
	"position" bigint NOT NULL,
	"name" text NOT NULL,
	"country" text NOT NULL,
	"region" text,
	"latitude" text,
	"longitude" text,
	"stages" text[] NOT NULL,
	"operator" uuid NOT NULL,
	"valid_from" date NOT NULL,
	"attestation" text NOT NULL,
	"document" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	CONSTRAINT "facility_version_facility_position_pk" PRIMARY KEY("facility","position"),
	CONSTRAINT "facility_attestation" CHECK ("facility_version"."attestation" in ('declared', 'attested'))
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organization_version" (
	"organization" uuid NOT NULL,
	"position" bigint NOT NULL,
	"name" text NOT NULL,
	"country" text NOT NULL,
	"document" "bytea" NOT NULL,
	"content_hash" "bytea" NOT NULL,
	CONSTRAINT "organization_version_organization_position_pk" PRIMARY KEY("organization","position")
);
--> statement-breakpoint
CREATE TABLE "rate_use" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"span" bigint NOT NULL,
	"used" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shipment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"sender" uuid NOT NULL,
	"receiver" uuid NOT NULL,
	"from_facility" uuid NOT NULL,
	"to_facility" uuid,
	"ownership" text NOT NULL,
	"shipped_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"closed_position" bigint
);
--> statement-breakpoint
CREATE TABLE "shipment_line" (
	"shipment" uuid NOT NULL,
	"line" smallint NOT NULL,
	"batch" uuid NOT NULL,
	"account" uuid NOT NULL,
	"owner" uuid NOT NULL,
	"shipped_ug" bigint NOT NULL,
	"open_ug" bigint NOT NULL,
	"received_ug" bigint NOT NULL,
	"returned_ug" bigint NOT NULL,
	"lost_ug" bigint NOT NULL,
	"disputed" boolean NOT NULL,
	CONSTRAINT "shipment_line_shipment_line_pk" PRIMARY KEY("shipment","line"),
	CONSTRAINT "shipment_line_open" CHECK ("shipment_line"."open_ug" >= 0),
	CONSTRAINT "shipment_line_sum" CHECK ("shipment_line"."open_ug" = 0 or "shipment_line"."open_ug" + "shipment_line"."received_ug" + "shipment_line"."returned_ug" + "shipment_line"."lost_ug" = "shipment_line"."shipped_ug")
);
--> statement-breakpoint
ALTER TABLE "batch_version" ADD CONSTRAINT "batch_version_batch_batch_id_fk" FOREIGN KEY ("batch") REFERENCES "batch"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_epd" ADD CONSTRAINT "campaign_epd_campaign_campaign_id_fk" FOREIGN KEY ("campaign") REFERENCES "campaign"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_step" ADD CONSTRAINT "campaign_step_batch_batch_id_fk" FOREIGN KEY ("batch") REFERENCES "batch"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_step" ADD CONSTRAINT "campaign_step_campaign_campaign_id_fk" FOREIGN KEY ("campaign") REFERENCES "campaign"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "epd_version" ADD CONSTRAINT "epd_version_epd_epd_id_fk" FOREIGN KEY ("epd") REFERENCES "epd"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_part" ADD CONSTRAINT "import_part_upload" FOREIGN KEY ("upload") REFERENCES "import_upload"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client" ADD CONSTRAINT "client_organization_organization_id_fk" FOREIGN KEY ("organization") REFERENCES "organization"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facility" ADD CONSTRAINT "facility_organization_organization_id_fk" FOREIGN KEY ("organization") REFERENCES "organization"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "facility_version" ADD CONSTRAINT "facility_version_facility_facility_id_fk" FOREIGN KEY ("facility") REFERENCES "facility"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_version" ADD CONSTRAINT "organization_version_organization_organization_id_fk" FOREIGN KEY ("organization") REFERENCES "organization"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_line" ADD CONSTRAINT "shipment_line_shipment_shipment_id_fk" FOREIGN KEY ("shipment") REFERENCES "shipment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "account_key" ON "account" USING btree ("batch","custodian","owner","place");--> statement-breakpoint
CREATE INDEX "account_custodian" ON "account" USING btree ("custodian","batch");--> statement-breakpoint
CREATE INDEX "account_owner" ON "account" USING btree ("owner","batch");--> statement-breakpoint
CREATE INDEX "posting_batch" ON "posting" USING btree ("batch","position");--> statement-breakpoint
CREATE UNIQUE INDEX "batch_number" ON "batch" USING btree ("number","organization");--> statement-breakpoint
CREATE INDEX "batch_position" ON "batch" USING btree ("position");--> statement-breakpoint
CREATE INDEX "batch_identifier_value" ON "batch_identifier" USING btree ("scheme","value");--> statement-breakpoint
CREATE INDEX "batch_version_birth" ON "batch_version" USING btree ("birth");--> statement-breakpoint
CREATE INDEX "batch_version_later" ON "batch_version" USING btree ("birth") WHERE "batch_version"."position" <> "batch_version"."birth" / 32768;--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_name" ON "campaign" USING btree ("organization","name");--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_step_number" ON "campaign_step" USING btree ("campaign","number");--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_step_birth" ON "campaign_step" USING btree ("birth");--> statement-breakpoint
CREATE INDEX "campaign_step_carried" ON "campaign_step" USING btree ("carry_to") WHERE "campaign_step"."carry_to" is not null;--> statement-breakpoint
CREATE INDEX "suspect_cause" ON "suspect" USING btree ("cause");--> statement-breakpoint
CREATE UNIQUE INDEX "epd_position" ON "epd" USING btree ("position");--> statement-breakpoint
CREATE INDEX "epd_organization" ON "epd" USING btree ("organization","position");--> statement-breakpoint
CREATE UNIQUE INDEX "epd_state_version_position" ON "epd_state_version" USING btree ("position");--> statement-breakpoint
CREATE INDEX "epd_state_version_state" ON "epd_state_version" USING btree ("state","position");--> statement-breakpoint
CREATE UNIQUE INDEX "epd_version_position" ON "epd_version" USING btree ("position");--> statement-breakpoint
CREATE INDEX "epd_version_terms" ON "epd_version" USING gin ("terms");--> statement-breakpoint
CREATE INDEX "epd_version_facets" ON "epd_version" USING gin ("facets");--> statement-breakpoint
CREATE UNIQUE INDEX "registration_number_taken" ON "registration_number" USING btree ("operator","number") WHERE "registration_number"."released_position" is null;--> statement-breakpoint
CREATE INDEX "registration_number_position" ON "registration_number" USING btree ("operator","position");--> statement-breakpoint
CREATE INDEX "registration_number_number" ON "registration_number" USING btree ("number");--> statement-breakpoint
CREATE INDEX "event_position" ON "event" USING btree ("position");--> statement-breakpoint
CREATE INDEX "event_organization" ON "event" USING btree ("organization","position");--> statement-breakpoint
CREATE INDEX "event_corrective" ON "event" USING btree ("corrective_event") WHERE "event"."corrective_event" is not null;--> statement-breakpoint
CREATE INDEX "event_input_batch" ON "event_input" USING btree ("batch","position");--> statement-breakpoint
CREATE INDEX "event_input_birth" ON "event_input" USING btree ("birth");--> statement-breakpoint
CREATE INDEX "event_output_batch" ON "event_output" USING btree ("batch","position");--> statement-breakpoint
CREATE INDEX "event_output_birth" ON "event_output" USING btree ("birth");--> statement-breakpoint
CREATE INDEX "import_job_organization" ON "import_job" USING btree ("organization","number");--> statement-breakpoint
CREATE INDEX "import_job_content" ON "import_job" USING btree ("organization","sha256");--> statement-breakpoint
CREATE INDEX "import_job_waiting" ON "import_job" USING btree ("served_at","number") WHERE state in ('received', 'running');--> statement-breakpoint
CREATE INDEX "import_job_finished" ON "import_job" USING btree ("finished_at");--> statement-breakpoint
CREATE INDEX "import_job_upload" ON "import_job" USING btree ("upload");--> statement-breakpoint
CREATE INDEX "import_result_not_stored" ON "import_result" USING btree ("import","item") WHERE status in ('refused', 'conflict', 'withheld');--> statement-breakpoint
CREATE INDEX "finding_event" ON "finding" USING btree ("event");--> statement-breakpoint
CREATE INDEX "finding_batch" ON "finding" USING btree ("batch");--> statement-breakpoint
CREATE INDEX "finding_epd" ON "finding" USING btree ("epd");--> statement-breakpoint
CREATE INDEX "finding_organization" ON "finding" USING btree ("organization","position");--> statement-breakpoint
CREATE INDEX "journal_subject" ON "journal" USING btree ("subject","position");--> statement-breakpoint
CREATE INDEX "rule_setting_organization" ON "rule_setting" USING btree ("organization","rule","position");--> statement-breakpoint
CREATE INDEX "signing_key_organization" ON "signing_key" USING btree ("organization","position");--> statement-breakpoint
CREATE INDEX "signing_policy_organization" ON "signing_policy" USING btree ("organization","position");--> statement-breakpoint
CREATE INDEX "batch_grant_batch" ON "batch_grant" USING btree ("batch","position");--> statement-breakpoint
CREATE INDEX "batch_grant_grantee" ON "batch_grant" USING btree ("grantee","batch");--> statement-breakpoint
CREATE UNIQUE INDEX "batch_grant_link" ON "batch_grant" USING btree ("link_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "client_position" ON "client" USING btree ("position");--> statement-breakpoint
CREATE INDEX "client_organization" ON "client" USING btree ("organization","position");--> statement-breakpoint
CREATE UNIQUE INDEX "client_identity" ON "client" USING btree ("issuer","subject") WHERE "client"."revoked_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "facility_position" ON "facility" USING btree ("position");--> statement-breakpoint
CREATE INDEX "facility_organization" ON "facility" USING btree ("organization","position");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_position" ON "organization" USING btree ("position");--> statement-breakpoint
CREATE INDEX "shipment_sender" ON "shipment" USING btree ("sender","position");--> statement-breakpoint
CREATE INDEX "shipment_receiver" ON "shipment" USING btree ("receiver","position");--> statement-breakpoint
CREATE INDEX "shipment_open" ON "shipment" USING btree ("receiver") WHERE "shipment"."closed_position" is null;--> statement-breakpoint
CREATE INDEX "shipment_line_batch" ON "shipment_line" USING btree ("batch");
--> statement-breakpoint
-- What was accepted stays: these triggers refuse changes that no part of the service ever needs, so
-- a mistake in a statement or a hurried hand in psql cannot rewrite the books. They are no defense
-- against the owner of the database: that is what the transparency log is for.
-- Appended to the schema by scripts/init-migration.ts. Statements end at a breakpoint comment.

-- As `indexedText` of the schema, which drizzle cannot say of a list. Before there are triggers on it.
alter table epd_version alter column facets type text[] collate "C";
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  -- Lawful erasure (trust.md item 2): a role of its own, which may touch the columns granted below.
  if tg_op = 'UPDATE' and current_user = 'lodestone_erasure' then
    return null;
  end if;
  raise exception '% of % is refused: what was accepted is never changed', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation', table = tg_table_name;
end $$;
--> statement-breakpoint
create function refuse_second_undoing() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % was undone before: what was undone stays undone', tg_table_name
    using errcode = 'restrict_violation', table = tg_table_name;
end $$;
--> statement-breakpoint
-- Gives a table its triggers. A column that is not in `changeable` may not be named by an UPDATE;
-- such a trigger fires once a statement, so the write path pays nothing for it.
create function make_append_only(guarded regclass, changeable text[]) returns void
language plpgsql as $$
declare
  fixed text;
begin
  execute format('create trigger append_only_delete before delete or truncate on %s
    for each statement execute function refuse_change()', guarded);
  select string_agg(quote_ident(attname), ', ' order by attnum) into fixed
    from pg_attribute
   where attrelid = guarded and attnum > 0 and not attisdropped and attname <> all (changeable);
  execute format('create trigger append_only_update before update of %s on %s
    for each statement execute function refuse_change()', fixed, guarded);
  if 'undone_position' = any (changeable) then
    execute format('create trigger append_only_undone before update of undone_position on %s
      for each row when (old.undone_position is not null)
      execute function refuse_second_undoing()', guarded);
  end if;
end $$;
--> statement-breakpoint
-- Every `*_version` table, by name, and the tables below with the columns that may change.
do $$
declare
  version regclass;
begin
  for version in
    select oid from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
       and relname like '%\_version' order by relname
  loop
    perform make_append_only(version, '{}');
  end loop;
end $$;
--> statement-breakpoint
select make_append_only(guarded::regclass, changeable::text[]) from (values
  ('journal', '{}'),
  ('journal_head', '{next, at, mark}'),
  ('event', '{undone_position}'),
  ('event_input', '{undone_position}'),
  ('event_output', '{undone_position}'),
  ('event_made', '{undone_position}'),
  ('posting', '{undone_position}'),
  ('batch', '{drawn_ug, found_ug, found_parts, number}'),
  ('batch_identifier', '{}'),
  ('account', '{balance_ug, deficit_ug, frozen, arrivals, last_left_ms, position}'),
  ('shipment', '{status, closed_position}'),
  ('shipment_line', '{open_ug, received_ug, returned_ug, lost_ug, disputed}'),
  ('finding', '{resolved_position, resolution, resolved_by, resolution_evidence}'),
  ('rule_setting', '{}'),
  ('organization', '{}'),
  ('facility', '{}'),
  ('epd', '{}'),
  ('epd_value', '{}'),
  ('registration_number', '{epd, used_position, released_position}'),
  ('batch_grant', '{grantee, revoked_position, used_at}'),
  ('log_tile', '{hashes}'),
  ('log_checkpoint', '{}'),
  ('erasure', '{}'),
  ('signing_key', '{revoked_position, revocation_reason}'),
  ('signing_policy', '{}'),
  ('signed_request', '{}'),
  ('campaign', '{}'),
  ('campaign_step', '{}'),
  ('campaign_epd', '{ended_position}')
) as guarded_table (guarded, changeable);
--> statement-breakpoint
-- The hashes of a tile only become more: those that are there are part of signed heads.
create function refuse_other_hashes() returns trigger language plpgsql as $$
begin
  raise exception 'tile %/% is refused: hashes that were signed never change', old.level, old.index
    using errcode = 'restrict_violation', table = tg_table_name;
end $$;
--> statement-breakpoint
create trigger append_only_hashes before update on log_tile for each row
  when (substring(new.hashes for length(old.hashes)) <> old.hashes
        or length(new.hashes) < length(old.hashes))
  execute function refuse_other_hashes();
--> statement-breakpoint
-- The role that erases lawfully. The login of the service is no member of it. Where the migration
-- may not make roles, whoever keeps the server makes it and repeats the grants.
do $$
begin
  create role lodestone_erasure nologin;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise notice 'The role lodestone_erasure could not be made: lawful erasure needs it.';
end $$;
--> statement-breakpoint
do $$
begin
  if exists (select from pg_roles where rolname = 'lodestone_erasure') then
    execute format('grant usage on schema %I to lodestone_erasure', current_schema());
    grant select on journal, event, organization_version, facility_version, epd_version,
      epd_state_version, finding, signed_request to lodestone_erasure;
    grant update (salt) on journal to lodestone_erasure;
    grant update (document, details) on event to lodestone_erasure;
    grant update (document, name) on organization_version to lodestone_erasure;
    grant update (document, name, latitude, longitude) on facility_version to lodestone_erasure;
    grant update (document, report, practitioner_name, terms, facets, summary) on epd_version
      to lodestone_erasure;
    grant update (request, reason) on epd_state_version to lodestone_erasure;
    grant update (message, expected, actual, source, resolution, resolution_evidence) on finding
      to lodestone_erasure;
    grant update (document) on signed_request to lodestone_erasure;
  end if;
end $$;
--> statement-breakpoint
-- Uploaded bytes are read in parts and deleted soon: compressing them would only cost time.
alter table import_part alter column bytes set storage external;
--> statement-breakpoint
-- Time has not begun: the first entry brings its own.
insert into journal_head (next, at) values (0, '1970-01-01T00:00:00Z');
--> statement-breakpoint
-- Counts of a minute: nothing of them has to survive a crash, so nothing waits for the disk.
alter table rate_use set unlogged;
--> statement-breakpoint
-- Room on each page for the balances and the draws that follow: without it half of all updates moved
-- the row to another page, and had every index of the table point there.
alter table account set (fillfactor = 60);
--> statement-breakpoint
alter table batch set (fillfactor = 80);
