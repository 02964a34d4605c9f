using Orchestrator.Simulators;

var options = new ConfigurationBuilder().AddEnvironmentVariables("SIMULATORS_").AddCommandLine(args).Build().Get<SimulatorOptions>() ?? new SimulatorOptions();
if (options.Port == 0) options.Port = 7070;
if (options.TlsPort == 0) options.TlsPort = 7071;
await using var host = await SimulatorHost.StartAsync(options);
Console.WriteLine($"Simulated providers on {host.Address} and {host.TlsAddress}: {string.Join(", ", host.Providers)}");
Console.WriteLine($"Log: {host.Address}_log   totals: {host.Address}_log/summary   settings of an account: {host.Address}_settings/http-gateway");
await host.WaitForShutdownAsync();
