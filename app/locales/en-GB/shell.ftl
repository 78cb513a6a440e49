# The frame around every page.
shell-product = Usher
shell-page-title = { $page } - { $product }
shell-skip = Skip to the content
shell-menu = Menu
shell-main-navigation = Main
shell-breadcrumb = Breadcrumb
shell-search = Search
shell-support = Something wrong? Tell the service desk this number: { $id }

nav-home = Home
nav-request-access = Request access
nav-my-access = My access
nav-my-requests = My requests
nav-tasks = Tasks
nav-tasks-open = , open: 
nav-group-team = Team
nav-team = My team
nav-group-assurance = Assurance
nav-audit = Audit
nav-group-engine = Engine
nav-operations = Operations
nav-connectors = Connectors
nav-group-administration = Administration
nav-people = People
nav-applications = Applications

preferences-open = { $name }: preferences and sign out
preferences-colours = Colours
preferences-theme-system = System
preferences-theme-light = Light
preferences-theme-dark = Dark
preferences-rows = Rows
preferences-density-comfortable = Comfortable
preferences-density-compact = Compact
preferences-save = Save
preferences-sign-out = Sign out
