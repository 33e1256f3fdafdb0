-- Time zone of every person on a day. Grain: person.
-- $1 day label
select person_key as user_key, time_zone from people where timestamp <= $1 latest on timestamp partition by person_key
