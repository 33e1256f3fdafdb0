-- What containers can be filtered by. Grain: every combination there is; nobody can be told from it.
select distinct kind, cluster, component, image, node from containers
