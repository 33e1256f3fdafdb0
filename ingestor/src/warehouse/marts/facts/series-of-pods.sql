-- Labels and annotations of some pods. Grain: one row of `series`. The list is lengthened to the number of uids.
-- $1 … uids
select cluster, uid, labels from series where metric in ('kube_pod_labels', 'kube_pod_annotations') and uid in ($1)
