using Holdfast.Server.Hosting.Commands;

return await Verbs.RunAsync(args, Console.Out, Console.Error);
