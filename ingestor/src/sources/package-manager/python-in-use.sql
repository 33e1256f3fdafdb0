-- Python packages that lock files or content use. Grain: package. $1 at most
select package from (
  select distinct package from git_packages where language = 'python'
  union
  select distinct package from connect_packages where language = 'python'
)
order by package
limit $1
