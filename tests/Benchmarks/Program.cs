Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- <benchmark>");
return 2;
