"""The families of components: a folder is a family, a file is a member, its `build` signature is its schema."""
