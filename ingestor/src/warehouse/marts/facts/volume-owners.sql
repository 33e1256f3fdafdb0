-- Owners of claims as last written. Grain: claim and person.
select * from volume_owners
