using Orchestrator.Host;

return await Commands.Root().Parse(args).InvokeAsync();
