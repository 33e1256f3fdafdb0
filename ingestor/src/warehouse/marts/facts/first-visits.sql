-- Since when visits are known. Grain: component.
select component, min(timestamp) as since from platform_events where kind = 'visit' and not coalesce(is_bot, false) group by component
