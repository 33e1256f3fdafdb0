-- Series registered in a span of time: new ones, and every live one in the first hours of a month. Grain: (series).
-- $1 from (whole hour), $2 to (UTC)
select series, metric, cluster, namespace, node, pod, container, uid, job, instance, labels
from series
where timestamp >= $1 and timestamp < $2
  and metric in (
    'container_cpu_usage_seconds_total', 'container_memory_working_set_bytes', 'container_start_time_seconds',
    'kube_pod_info', 'kube_pod_created', 'kube_pod_start_time', 'kube_pod_status_scheduled_time', 'kube_pod_completion_time',
    'kube_pod_deletion_timestamp', 'kube_pod_status_phase', 'kube_pod_status_reason', 'kube_pod_container_info',
    'kube_pod_container_state_started', 'kube_pod_container_resource_requests', 'kube_pod_container_resource_limits',
    'kube_pod_container_status_terminated_reason', 'kube_pod_container_status_last_terminated_reason',
    'kube_pod_labels', 'kube_pod_annotations', 'kube_pod_owner', 'kube_pod_spec_volumes_persistentvolumeclaims_info',
    'kube_node_status_allocatable', 'kube_node_labels',
    'kube_pod_container_resource_requests_cpu_cores', 'kube_pod_container_resource_requests_memory_bytes',
    'kube_pod_container_resource_limits_cpu_cores', 'kube_pod_container_resource_limits_memory_bytes',
    'kube_node_status_allocatable_cpu_cores', 'kube_node_status_allocatable_memory_bytes'
  )
