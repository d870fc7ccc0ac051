-- The spine: plant, stations, the ledger, records of three series, pictures, quarantine, marks and OEE minutes.
--
-- Records are written once and never changed; everything else here can be computed from them again.
-- `…_us` are microseconds since 1970 (UTC) as bigint, so that sums and integrals are exact; views show them as timestamptz.
-- Every record table keeps the bytes that left the station (`body`) and their SHA-256 (`digest`).

create function at_time(us bigint) returns timestamptz immutable strict parallel safe
language sql return timestamptz '1970-01-01 00:00:00+00' + us * interval '1 microsecond';

create function at_us(t timestamptz) returns bigint immutable strict parallel safe
language sql return (extract(epoch from t) * 1000000)::bigint;

-- How many numbers a multirange of closed-open int8 ranges holds.
create function numbers(ranges int8multirange) returns bigint immutable strict parallel safe
language sql return (select coalesce(sum(upper(r) - lower(r)), 0)::bigint from unnest(ranges) r);

-- Plant ---------------------------------------------------------------------------------------------------------------

create table plant_document (
    version    int generated always as identity primary key,
    document   jsonb not null,
    applied_at timestamptz not null default now()
);

create table line (
    line_key    int generated always as identity primary key,
    site        text not null,
    line        text not null,
    first_at_us bigint,                        -- earliest effective_us of any record: planned time begins here
    ticked_us   bigint,                        -- silence up to here is counted as no data (advanced by clock ticks)
    counted_from_us bigint,                    -- oee_minute covers [counted_from, counted_to); the rest up to now is still to be counted
    counted_to_us   bigint,
    unique (site, line)
);

create table station (
    station_key int generated always as identity primary key,
    line_key    int not null references line,
    site        text not null,
    line        text not null,
    station     text not null,
    hello       jsonb,                         -- the newest heartbeat, as sent
    hello_at    timestamptz,
    unique (site, line, station)
);

-- effective_at = at + correction(station, boot). One row per boot whose clock was wrong by more than 5 min; never altered.
create table clock_correction (
    station_key   int not null references station,
    boot_id       text not null,
    correction_us bigint not null,
    hello_at_us   bigint not null,             -- what the station's clock said …
    received_us   bigint not null,             -- … when the hub's clock said this
    measured_at   timestamptz not null default now(),
    primary key (station_key, boot_id)
);

-- The ledger: which numbers of a series the hub holds, and how ----------------------------------------------------------

create table ledger (
    station_key int not null references station,
    epoch       uuid not null,
    series      text not null check (series in ('inspection', 'reading', 'status')),
    committed   int8multirange not null default '{}',
    quarantined int8multirange not null default '{}',
    held        int8multirange not null default '{}',
    withdrawn   int8multirange not null default '{}',
    expired     int8multirange not null default '{}',
    issued_to   bigint not null default 0,
    oldest_kept bigint,
    first_seen  timestamptz not null default now(),
    primary key (station_key, epoch, series)
) with (fillfactor = 50);                      -- rewritten by every batch: keep the new row version on its page

-- Records ---------------------------------------------------------------------------------------------------------------

-- No foreign keys: the ledger row that every batch locks has them, and a check for each record would cost more than its insert.

create table inspection (
    station_key   int not null,
    line_key      int not null,
    epoch         uuid not null,
    seq           bigint not null,
    at_us         bigint not null,
    effective_us  bigint not null,
    received_at   timestamptz not null default clock_timestamp(),
    digest        bytea not null,
    product       text not null,
    trigger_count bigint not null,
    outcome       text not null,
    verdict       text,
    reasons       text[] not null,
    flags         text[] not null default '{}',
    body          bytea not null,
    primary key (station_key, epoch, seq),
    unique (station_key, trigger_count)        -- one product is one trigger count
);
create index inspection_line_time on inspection (line_key, effective_us);

-- Records of series inspection whose number is settled but which are no product of their own: a `station_down` for a count
-- that the hub holds otherwise (W_ALREADY_JUDGED). They are signs of life all the same.
create table superseded (
    station_key   int not null,
    line_key      int not null,
    epoch         uuid not null,
    seq           bigint not null,
    at_us         bigint not null,
    effective_us  bigint not null,
    received_at   timestamptz not null default clock_timestamp(),
    digest        bytea not null,
    trigger_count bigint not null,
    flag          text not null,
    body          bytea not null,
    primary key (station_key, epoch, seq)
);
create index superseded_line_time on superseded (line_key, effective_us);

create table reading (
    station_key  int not null,
    line_key     int not null,
    epoch        uuid not null,
    seq          bigint not null,
    at_us        bigint not null,
    effective_us bigint not null,
    received_at  timestamptz not null default clock_timestamp(),
    digest       bytea not null,
    body         bytea not null,
    primary key (station_key, epoch, seq)
);
create index reading_line_time on reading (line_key, effective_us);

-- One value of one tag; exactly one of the three values is set.
create table sample (
    line_key     int not null,
    tag          text not null,
    effective_us bigint not null,
    epoch        uuid not null,
    seq          bigint not null,
    value_number double precision,
    value_bool   boolean,
    value_text   text,
    quality      text not null
);
create index sample_tag_time on sample (line_key, tag, effective_us);

create table tag_latest (
    line_key     int not null,
    tag          text not null,
    effective_us bigint not null,
    epoch        uuid not null,
    seq          bigint not null,
    value_number double precision,
    value_bool   boolean,
    value_text   text,
    quality      text not null,
    primary key (line_key, tag)
) with (fillfactor = 50);

create table status (
    station_key  int not null,
    line_key     int not null,
    epoch        uuid not null,
    seq          bigint not null,
    at_us        bigint not null,
    effective_us bigint not null,
    received_at  timestamptz not null default clock_timestamp(),
    digest       bytea not null,
    state        text not null,
    reason       text,
    body         bytea not null,
    primary key (station_key, epoch, seq)
);
create index status_line_time on status (line_key, effective_us);

-- Records that wait for a clock correction: stored with their bytes, not re-requested, not yet records.
create table held_record (
    station_key int not null references station,
    epoch       uuid not null,
    series      text not null,
    seq         bigint not null,
    boot_id     text not null,
    received_at timestamptz not null default clock_timestamp(),
    digest      bytea not null,
    body        bytea not null,
    primary key (station_key, epoch, series, seq)
);
create index held_record_boot on held_record (station_key, boot_id);

create table picture (
    ref      text primary key,                 -- path below evidence/
    sha256   text not null,
    bytes    bigint not null,
    state    text not null check (state in ('pending', 'present', 'withdrawn', 'expired')),
    line_key int references line,
    at_us    bigint,
    added_at timestamptz not null default now()
);
create index picture_pending on picture (added_at) where state = 'pending';

-- What could not be taken, byte for byte, with its reason -----------------------------------------------------------------

create table quarantine (
    id          bigint generated always as identity primary key,
    received_at timestamptz not null default clock_timestamp(),
    fingerprint bytea not null unique,         -- of subject, numbers, reason and bytes: a redelivery adds no row
    subject     text not null,
    headers     jsonb not null,
    body        bytea not null,                -- the whole message, or the one record of a good array
    station_key int references station,
    epoch       uuid,
    series      text,
    first_seq   bigint,
    last_seq    bigint,
    reason      text not null,
    detail      text not null,
    closed_as   text,
    closed_at   timestamptz
);
create index quarantine_numbers on quarantine (station_key, epoch, series, first_seq) where closed_as is null;

-- OEE -----------------------------------------------------------------------------------------------------------------

-- What a commit touched; append-only, no key: the recompute deletes the rows it saw. `minute` is minutes since 1970.
create table mark (
    line_key int not null,
    minute   bigint not null,
    kind     text not null                     -- 'life': any record · 'state': a status, lasts until the next · 'tick': silence
);
create index mark_line on mark (line_key);

create table oee_minute (
    line_key    int not null references line,
    minute      bigint not null,
    calendar_us bigint not null,
    planned_us  bigint not null,
    run_us      bigint not null,
    down_us     bigint not null,
    nodata_us   bigint not null,
    primary key (line_key, minute)
);

create table oee_down (
    line_key int not null,
    minute   bigint not null,
    reason   text not null,
    down_us  bigint not null,
    primary key (line_key, minute, reason)
);

create table oee_minute_product (
    line_key int not null,
    minute   bigint not null,
    product  text not null,                    -- the kind of product: the id of the process that makes it
    ideal_us bigint not null,
    good_us  bigint not null,
    pq       bigint not null,
    gq       bigint not null,
    sq       bigint not null,
    rq       bigint not null,
    uq       bigint not null,
    primary key (line_key, minute, product)
);

create table oee_minute_defect (
    line_key int not null,
    minute   bigint not null,
    label    text not null,
    n        bigint not null,
    primary key (line_key, minute, label)
);

-- Views for people: times as timestamptz, ids as text -----------------------------------------------------------------------

create view v_inspection as
select s.site, s.line, s.station, i.epoch, i.seq, at_time(i.at_us) as at, at_time(i.effective_us) as effective_at, i.received_at,
       i.product, i.trigger_count, i.outcome, i.verdict, i.reasons, i.flags, i.digest, convert_from(i.body, 'UTF8') as record
from inspection i join station s using (station_key);

create view v_reading as
select l.site, l.line, r.tag, at_time(r.effective_us) as effective_at, r.epoch, r.seq,
       r.value_number, r.value_bool, r.value_text, r.quality
from sample r join line l using (line_key);

create view v_oee_minute as
select l.site, l.line, at_time(m.minute * 60000000) as minute, m.calendar_us, m.planned_us, m.run_us, m.down_us, m.nodata_us,
       coalesce(p.ideal_us, 0) as ideal_us, coalesce(p.good_us, 0) as good_us, coalesce(p.pq, 0) as pq, coalesce(p.gq, 0) as gq,
       coalesce(p.sq, 0) as sq, coalesce(p.rq, 0) as rq, coalesce(p.uq, 0) as uq
from oee_minute m
join line l using (line_key)
left join lateral (
    select sum(ideal_us)::bigint as ideal_us, sum(good_us)::bigint as good_us, sum(pq)::bigint as pq, sum(gq)::bigint as gq,
           sum(sq)::bigint as sq, sum(rq)::bigint as rq, sum(uq)::bigint as uq
    from oee_minute_product p where p.line_key = m.line_key and p.minute = m.minute
) p on true;

create view v_ledger as
select s.site, s.line, s.station, l.epoch, l.series, l.issued_to, l.oldest_kept,
       numbers(l.committed) as committed, numbers(l.quarantined) as quarantined, numbers(l.held) as held,
       numbers(l.withdrawn) as withdrawn, numbers(l.expired) as expired, numbers(gap.missing) as missing, gap.missing as gaps,
       l.first_seen, s.hello_at
from ledger l
join station s using (station_key)
cross join lateral (
    select int8multirange(int8range(1, l.issued_to + 1)) - l.committed - l.quarantined - l.held - l.withdrawn - l.expired as missing
) gap;

-- A role for Grafana and for anyone who wants to check us; skipped where this login may not create roles.
do $$
begin
    if not exists (select from pg_roles where rolname = 'lineside_reader') then
        create role lineside_reader nologin;
    end if;
    grant usage on schema public to lineside_reader;
    grant select on v_inspection, v_reading, v_oee_minute, v_ledger to lineside_reader;
exception when insufficient_privilege or duplicate_object or unique_violation then
    raise notice 'role lineside_reader was not made: this login may not create roles';
end $$;
