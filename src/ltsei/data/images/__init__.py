"""Published sets of small images: CIFAR-10 and CIFAR-100 as they are downloaded, and images as JPEG."""
