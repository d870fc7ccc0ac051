-- The face: people, alarms and their notices, what people enter about a step, which step left a defect, and boxes to search by.

create table person (
    person_key int generated always as identity primary key,
    name       text not null unique check (length(name) between 1 and 80),
    added_at   timestamptz not null default now()
);

-- Alarms (ISA-18.2) -----------------------------------------------------------------------------------------------------

create table alarm (
    alarm_key       bigint generated always as identity primary key,
    line_key        int not null references line,
    source          text not null,             -- <site>/<line> or <site>/<line>/<step>.<tag>
    rule            text not null,             -- id in the plant
    rule_name       text not null,
    plant_version   int not null references plant_document,  -- the rule as it was when it fired
    tag             text,                      -- <step>.<tag>
    severity        text not null,
    text            text not null,
    evidence        jsonb not null,            -- what the rule saw at the tick that raised it
    raised_us       bigint not null,           -- event time of that tick
    raised_at       timestamptz not null default now(),
    stale           boolean not null default false,
    acknowledged_at timestamptz,
    acknowledged_by int references person,
    assignee        int references person,
    cleared_us      bigint,                    -- null: open
    cleared_at      timestamptz,
    cleared_by      int references person,     -- null with cleared_us: it went by itself
    cause           jsonb                      -- the failed step as known when last looked
);
create unique index alarm_open on alarm (source, rule) where cleared_us is null;
create index alarm_line_time on alarm (line_key, raised_us);
create index alarm_time on alarm (raised_us);
create index alarm_unseen on alarm (cleared_us) where acknowledged_at is null and cleared_us is not null;

-- Every transition: who, when, what. Append-only.
create table alarm_event (
    event_key  bigint generated always as identity primary key,
    alarm_key  bigint not null references alarm,
    at         timestamptz not null default now(),
    kind       text not null,
    person_key int references person,          -- null: the system
    text       text not null default ''
);
create index alarm_event_alarm on alarm_event (alarm_key, event_key);

-- Where each rule stands at each source; written in the transaction that raises or clears.
create table rule_state (
    source    text not null,
    rule      text not null,
    line_key  int not null references line,
    state     jsonb not null,
    ticked_us bigint not null,                 -- the last tick that was decided
    primary key (source, rule)
);

-- Transactional outbox: written with the transition it tells of, sent at least once, one row per address.
create table notice (
    notice_key bigint generated always as identity primary key,
    alarm_key  bigint not null references alarm,
    kind       text not null check (kind in ('raised', 'cleared')),
    address    text not null,                  -- id in the notification file; the URL holds secrets and stays there
    title      text not null,
    body       text not null,
    created_at timestamptz not null default now(),
    attempts   int not null default 0,
    next_at    timestamptz not null default now(),
    sent_at    timestamptz,
    given_up_at timestamptz,
    error      text,
    unique (alarm_key, kind, address)
);
create index notice_due on notice (next_at) where sent_at is null and given_up_at is null;

-- What people enter about a step (or the whole line): a fault, a stop, a note ----------------------------------------------

create table operator_event (
    event_key  bigint generated always as identity primary key,
    line_key   int not null references line,
    step       text,                           -- null: the whole line
    kind       text not null check (kind in ('fault', 'stop', 'note')),
    text       text not null,
    start_us   bigint not null,
    end_us     bigint check (end_us > start_us),  -- null: still so
    person_key int not null references person,
    entered_at timestamptz not null default now()
);
create index operator_event_line_time on operator_event (line_key, start_us);

-- Which step left a rejected product's defects: derived from records and events, can be computed again ----------------------

create table attribution (
    station_key   int not null,
    trigger_count bigint not null,
    line_key      int not null,
    effective_us  bigint not null,
    labels        text[] not null,
    causes        jsonb not null,              -- list of Cause, the strongest first; [] = not enough evidence
    step          text,                        -- of the first; null without one
    made_at       timestamptz not null default now(),
    primary key (station_key, trigger_count)
);
create index attribution_line_time on attribution (line_key, effective_us);

-- One row for each product, camera and label with a box: what the gallery and the defect charts search by ---------------------

create table found (
    line_key      int not null,
    effective_us  bigint not null,
    station_key   int not null,
    trigger_count bigint not null,
    camera        text not null,
    label         text not null,
    score         real not null,               -- of the surest box
    boxes         int not null,
    fate          text not null                -- of the product: pass, reject, or why it is explained
);
-- In the order of the gallery's pages and with all it filters by: its pages are read from the index alone.
create index found_line_label_time on found (line_key, label, effective_us, station_key, trigger_count) include (camera, score, fate);
create index found_line_time on found (line_key, effective_us, station_key, trigger_count) include (label, camera, score, fate);

-- What became of a product: pass, reject, or the one reason why it is explained.
create function fate(verdict text, reasons text[]) returns text immutable parallel safe
language sql return coalesce(verdict, reasons[1]);

create index inspection_fate on inspection (line_key, fate(verdict, reasons), effective_us, station_key, trigger_count);

insert into found (line_key, effective_us, station_key, trigger_count, camera, label, score, boxes, fate)
select i.line_key, i.effective_us, i.station_key, i.trigger_count, shot ->> 'camera', box ->> 'label', max((box ->> 'score')::real), count(*),
       fate(i.verdict, i.reasons)
from inspection i,
     lateral jsonb_array_elements(convert_from(i.body, 'UTF8')::jsonb -> 'shots') shot,
     lateral jsonb_array_elements(case jsonb_typeof(shot -> 'boxes') when 'array' then shot -> 'boxes' else '[]' end) box
group by 1, 2, 3, 4, 5, 6, 9;

-- OEE where no ideal cycle is known (R14) -----------------------------------------------------------------------------------

alter table oee_minute add column unrated_us bigint not null default 0;         -- run time without ideal cycle and belt speed
alter table oee_minute_product add column proxy_us bigint not null default 0;   -- ideal_us that rests on the belt's speed

create or replace view v_oee_minute as
select l.site, l.line, at_time(m.minute * 60000000) as minute, m.calendar_us, m.planned_us, m.run_us, m.down_us, m.nodata_us,
       coalesce(p.ideal_us, 0) as ideal_us, coalesce(p.good_us, 0) as good_us, coalesce(p.pq, 0) as pq, coalesce(p.gq, 0) as gq,
       coalesce(p.sq, 0) as sq, coalesce(p.rq, 0) as rq, coalesce(p.uq, 0) as uq, coalesce(p.proxy_us, 0) as proxy_us, m.unrated_us
from oee_minute m
join line l using (line_key)
left join lateral (
    select sum(ideal_us)::bigint as ideal_us, sum(good_us)::bigint as good_us, sum(pq)::bigint as pq, sum(gq)::bigint as gq,
           sum(sq)::bigint as sq, sum(rq)::bigint as rq, sum(uq)::bigint as uq, sum(proxy_us)::bigint as proxy_us
    from oee_minute_product p where p.line_key = m.line_key and p.minute = m.minute
) p on true;

create view v_alarm as
select l.site, l.line, a.alarm_key as id, a.source, a.rule, a.rule_name, a.tag, a.severity, a.text, at_time(a.raised_us) as raised_at,
       a.acknowledged_at, ack.name as acknowledged_by, who.name as assignee, at_time(a.cleared_us) as cleared_at, clr.name as cleared_by,
       a.stale, a.cause ->> 'step' as failed_step
from alarm a
join line l using (line_key)
left join person ack on ack.person_key = a.acknowledged_by
left join person who on who.person_key = a.assignee
left join person clr on clr.person_key = a.cleared_by;

do $$
begin
    grant select on v_alarm to lineside_reader;
exception when undefined_object or insufficient_privilege then
    raise notice 'v_alarm was not granted to lineside_reader';
end $$;
