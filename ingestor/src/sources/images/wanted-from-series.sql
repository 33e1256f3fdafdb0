-- The same before the marts have been filled: label sets of kube_pod_container_info as JSON.
select distinct labels
from series
where metric = 'kube_pod_container_info'
