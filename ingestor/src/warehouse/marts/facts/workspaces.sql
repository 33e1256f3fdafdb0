-- Workspaces as last written. Grain: workspace.
select * from workspaces
