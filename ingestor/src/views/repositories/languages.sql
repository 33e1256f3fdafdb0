-- Languages of repositories. Grain: (repository, language); share is 0…1. $1 until, $2 only this forge ('' = all)
select forge, repository_id, language, share
from (
  select * from git_languages
  where timestamp < $1 and ($2 = '' or forge = $2)
  latest on timestamp partition by forge, repository_id, language
)
where not is_deleted
order by share desc, language
