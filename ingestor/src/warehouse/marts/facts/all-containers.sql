-- Containers of people, for chaining, without nameless copies that hold old usage (persons/old-usage.ts). Grain: container instance.
select * from containers where kind in ('interactive', 'connect') and not container_id ~ '^g_[0-9a-f]{16}$'
