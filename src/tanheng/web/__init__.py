"""What every address of the API has in common, and nothing of what any of them does.

``api``         the root that the portal makes: strict bodies, problems, and a description that says all of it
``problems``    faults as problem+json (RFC 9457), all of a request at once, with what mends them; ``translate``
                declares what an app's own exception means
``faults``      what the exceptions of Django, the database and the house's input checks mean
``parsing``     bodies that can be understood in one way only
``callers``     who a request is from; a way to sign in puts the user on the request
``cursors``     pages by cursor: stable while rows are added
``keys``        idempotency keys: a request sent twice is done once and answered the same, refusals too
``rates``       how many requests a caller may make, counted over all processes
``middleware``  faults that no endpoint sees are problems as well

    @router.post("/organisations", response={201: OrganisationOut}, throttle=Rate(60, 20))
    def found(request: HttpRequest, payload: OrganisationIn) -> HttpResponse:
        deed = partial(do_found_organisation, ..., acting_user=request.user)
        return keys.once(request, deed, OrganisationOut, status=201)

    @router.get("/organisations", response=PageOut[OrganisationOut])
    def organisations(request: HttpRequest, window: Query[Window]) -> Page[Organisation]:
        return cursors.page(access_organisations(request.user), "id", window.cursor, window.limit)
"""
