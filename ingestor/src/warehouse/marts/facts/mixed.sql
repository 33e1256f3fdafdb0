-- Number of gauges that changed between 0 and 1 in the window; phases and reasons of pods are staged while they are 1 only.
select count() as series
from mart_stage_facts
where max_value > 0 and min_value <= 0
  and metric in ('kube_pod_container_status_terminated_reason', 'kube_pod_container_status_last_terminated_reason')
