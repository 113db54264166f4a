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
