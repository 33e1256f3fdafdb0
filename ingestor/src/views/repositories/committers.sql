-- Who committed how much in the year before. Grain: (repository, person). $1 from, $2 until (weeks), $3 only this forge ('' = all)
select forge, repository_id, person, sum(commits) as commits
from git_commits_weekly
where timestamp >= $1 and timestamp < $2 and person <> '' and ($3 = '' or forge = $3)
order by commits desc, person
