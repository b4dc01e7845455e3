using Microsoft.OpenApi;

namespace BpfDashboard.Server.Api;

/// <summary>What the OpenAPI document says of the API as a whole.</summary>
internal static class ApiDescription
{
    /// <summary>Adds the document <c>/openapi/v1.json</c>.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "BpfDashboard";
            document.Info.Description = "Live counts of kernel and user functions: start sessions, watch and export them.";
            AddSecurity(document);
            return Task.CompletedTask;
        }));

    /// <summary>What every operation may answer to who has no login or may not.</summary>
    public static void DescribeRefusals(this RouteGroupBuilder api) =>
        api.ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);

    private static void AddSecurity(OpenApiDocument document)
    {
        const string Key = "key", Cookie = "cookie";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The key in the file api-key of the state directory.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "bpfdashboard",
                Description = "What a login in the browser leaves.",
            },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, document)] = [] },
        ];
    }
}
