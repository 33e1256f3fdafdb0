-- Containers of people, for chaining. Grain: container instance.
select * from containers where kind in ('interactive', 'connect')
