-- Attributes of people as of a day. Grain: person. $1 day label (midnight UTC of the local day).
-- Before a person's first row that first row holds, marked `before_first_row`.
with so_far as (
  select * from people where timestamp <= $1 latest on timestamp partition by person_key
),
first_days as (
  select person_key, min(timestamp) first_day from people group by person_key
),
firsts as (
  select p.* from people p join first_days f on p.person_key = f.person_key and p.timestamp = f.first_day where p.timestamp > $1
)
select so_far.*, false before_first_row from so_far
union all
select firsts.*, true before_first_row from firsts
